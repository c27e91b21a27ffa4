/** Values as people read them. The pages are in English whatever the browser's language is. */

const LOCALE = 'en-US';
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const MM_PER_INCH = 25.4;

const DATE_TIME = new Intl.DateTimeFormat(LOCALE, { dateStyle: 'medium', timeStyle: 'short' });
const DAY_NAME = new Intl.DateTimeFormat(LOCALE, { weekday: 'long', month: 'long', day: 'numeric' });
const TIME = new Intl.DateTimeFormat(LOCALE, { timeStyle: 'short' });
const CALENDAR_DAY = new Intl.DateTimeFormat(LOCALE, { dateStyle: 'long', timeZone: 'UTC' });
const NUMBER = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 2 });

/** @param {string} iso */
export const dateTime = (iso) => DATE_TIME.format(new Date(iso));

/** @param {string} iso */
export const day = (iso) => DAY_NAME.format(new Date(iso));

/**
 * A day of the calendar, whatever the time zone here: "2026-11-21" → "November 21, 2026".
 * @param {string} date
 */
export const calendarDay = (date) => CALENDAR_DAY.format(new Date(`${date}T00:00Z`));

/** @param {string} iso */
export const timeOfDay = (iso) => TIME.format(new Date(iso));

/** @param {number} value */
export const number = (value) => NUMBER.format(value);

/**
 * Dollars from cents: 1234 → "$12.34".
 * @param {number} cents
 */
export function money(cents) {
  const sign = cents < 0 ? '-' : '';
  const whole = Math.floor(Math.abs(cents) / 100).toLocaleString(LOCALE);
  return `${sign}$${whole}.${String(Math.abs(cents) % 100).padStart(2, '0')}`;
}

/**
 * @param {number} count
 * @param {string} one
 * @param {string} [many]
 */
export const plural = (count, one, many = `${one}s`) => `${count.toLocaleString(LOCALE)} ${count === 1 ? one : many}`;

/**
 * In the units of the lab's limit and of Windows, 1024 to the next: 52428800 → "50 MB".
 * @param {number} bytes
 */
export function fileSize(bytes) {
  if (bytes < 1_024) return plural(Math.round(bytes), 'byte');
  if (bytes < 1_048_576) return `${Math.floor(bytes / 1_024)} KB`;
  if (bytes < 1_073_741_824) return `${Math.round(bytes / 104_857.6) / 10} MB`;
  return `${number(Math.round(bytes / 107_374_182.4) / 10)} GB`;
}

/**
 * How long ago, in at most two units: "2d 4h ago".
 * @param {string} iso
 * @param {number} now ms
 */
export function age(iso, now) {
  const passed = now - Date.parse(iso);
  return passed < MINUTE ? 'just now' : `${span(passed)} ago`;
}

/**
 * A length of time in at most two units: "3h 20m".
 * @param {number} ms
 */
export function span(ms) {
  const [days, hours, minutes] = [Math.floor(ms / DAY), Math.floor(ms / HOUR) % 24, Math.floor(ms / MINUTE) % 60];
  if (days) return hours ? `${days}d ${hours}h` : `${days}d`;
  if (hours) return minutes ? `${hours}h ${minutes}m` : `${hours}h`;
  return `${minutes}m`;
}

/**
 * A short time that need not be exact: 95 → "about 2 min".
 * @param {number} seconds
 */
export const duration = (seconds) => seconds < 60 ? `${Math.max(1, Math.round(seconds))} s` : `about ${Math.round(seconds / 60)} min`;

/**
 * How urgent an age is: green under 24 h, yellow under 48 h, orange under 72 h, red beyond.
 * @param {string} iso
 * @param {number} now ms
 * @returns {'green' | 'yellow' | 'orange' | 'red'}
 */
export function ageLevel(iso, now) {
  const passed = now - Date.parse(iso);
  if (passed < DAY) return 'green';
  if (passed < 2 * DAY) return 'yellow';
  return passed < 3 * DAY ? 'orange' : 'red';
}

/**
 * A countdown: "59:07" or "1:02:03". Never negative; a begun second counts as whole.
 * @param {number} ms
 */
export function countdown(ms) {
  const total = Math.max(0, Math.ceil(ms / 1_000));
  const pad = (/** @type {number} */ value) => String(value).padStart(2, '0');
  const [hours, minutes, seconds] = [Math.floor(total / 3_600), Math.floor(total / 60) % 60, total % 60];
  return hours ? `${hours}:${pad(minutes)}:${pad(seconds)}` : `${pad(minutes)}:${pad(seconds)}`;
}

/**
 * Hours of printing: 2.5 → "2 h 30 min".
 * @param {number} hours
 */
export function printTime(hours) {
  const minutes = Math.round(hours * 60);
  const parts = [minutes >= 60 ? `${Math.floor(minutes / 60)} h` : '', minutes % 60 ? `${minutes % 60} min` : ''];
  return parts.filter(Boolean).join(' ') || '0 min';
}

/**
 * The time that the server records: rounded up to the next half hour.
 * @param {number} hours
 */
export const recordedHours = (hours) => Math.ceil(hours * 2) / 2;

/**
 * Where a file comes from, its size and its time.
 * @param {{is_original: boolean, size: number, modified_at: string}} file
 */
export const fileFacts = ({ is_original: original, size, modified_at: at }) =>
  [original ? 'Original upload' : 'Saved by a slicer', fileSize(size), dateTime(at)].join(', ');

/** @param {number} grams */
export const weight = (grams) => `${number(grams)} g`;

/**
 * A size in both units: [250, 210, 220] → "250 × 210 × 220 mm (9.84 × 8.27 × 8.66 in)".
 * @param {readonly number[]} mm
 */
export function dimensions(mm) {
  const inches = mm.map((length) => number(length / MM_PER_INCH)).join(' × ');
  return `${millimetres(mm)} (${inches} in)`;
}

/** @param {readonly number[]} mm */
export const millimetres = (mm) => `${mm.map((length) => number(Math.round(length * 10) / 10)).join(' × ')} mm`;
