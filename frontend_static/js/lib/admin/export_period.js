/** Periods for the books: UTC days, both included. */

/** @param {Date} day */
const iso = (day) => day.toISOString().slice(0, 10);

/**
 * The month `back` months before the one of `now`.
 * @param {number} now ms
 * @param {number} back
 * @returns {{start: string, end: string}} the running month ends today
 */
export function monthOf(now, back) {
  const today = new Date(now);
  const first = new Date(Date.UTC(today.getUTCFullYear(), today.getUTCMonth() - back, 1));
  const last = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0));
  return { start: iso(first), end: back === 0 ? iso(today) : iso(last) };
}

const DAY_MS = 86_400_000;
const MOST_DAYS = 366;

/**
 * @param {string} start
 * @param {string} end
 * @returns {string} "" when all is well
 */
export function periodProblem(start, end) {
  if (!start || !end) return 'Choose both days.';
  const days = (Date.parse(end) - Date.parse(start)) / DAY_MS + 1;
  if (days < 1) return 'The last day is before the first.';
  return days > MOST_DAYS ? `At most ${MOST_DAYS} days at once.` : '';
}
