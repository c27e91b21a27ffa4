/**
 * The lab's settings as people understand them. Limits are those of the API, which has the last word.
 * @import {SettingsView} from '../../contract.d.ts'
 */
import { money, plural } from '../format.js';

/**
 * @typedef {Object} SettingField
 * @property {Exclude<keyof SettingsView, 'version'>} name
 * @property {string} label
 * @property {string} hint
 * @property {'integer' | 'money' | 'switch' | 'text' | 'lines'} kind  money is typed in dollars; lines are a list
 * @property {string} [unit]   one of it, e.g. "hour"
 * @property {number} [min]    in the API's unit
 * @property {number} [max]    in the API's unit; of texts in characters, of lines their number
 */

/** @typedef {Record<string, string>} Draft  what stands in the fields, by name */

/** @type {readonly {title: string, fields: readonly SettingField[]}[]} */
export const SETTING_GROUPS = [
  { title: 'Prices and confirmation', fields: [
    { name: 'minimum_charge_cents', label: 'Minimum charge', kind: 'money', min: 0, max: 100_000,
      hint: 'What a print costs at least. Prices that were approved before stay as they are.' },
    { name: 'confirmation_hours', label: 'Confirmation links are good for', kind: 'integer', unit: 'hour', min: 1, max: 720,
      hint: 'Then the job is flagged, and the student has to ask for a new link.' },
    { name: 'resend_cooldown_minutes', label: 'Wait before another confirmation mail', kind: 'integer', unit: 'minute',
      min: 1, max: 1_440,
      hint: 'Between two mails about the same job.' },
  ] },
  { title: 'Working day', fields: [
    { name: 'revert_window_minutes', label: 'Completion and pick-up can be reverted for', kind: 'integer', unit: 'minute',
      min: 0, max: 10_080,
      hint: '0 switches reverting off; administrators can still change the status.' },
    { name: 'session_hours', label: 'Workstations stay logged in for', kind: 'integer', unit: 'hour', min: 1, max: 24,
      hint: 'Counts from the next log-in on.' },
    { name: 'new_staff_days', label: 'New staff names are highlighted for', kind: 'integer', unit: 'day', min: 0, max: 90,
      hint: 'In every list where one chooses who acts.' },
    { name: 'sound_enabled', label: 'Sound on a new job', kind: 'switch', hint: 'On all dashboards of the lab.' },
    { name: 'sound_volume_percent', label: 'Volume of the sound', kind: 'integer', unit: 'percent', min: 0, max: 100,
      hint: 'From 0 to 100.' },
    { name: 'environment_banner', label: 'Banner', kind: 'text', max: 200,
      hint: 'Stands on top of all staff pages, e.g. “TEST SYSTEM”. Empty for none.' },
  ] },
  { title: 'Limits', fields: [
    { name: 'submissions_per_hour', label: 'Submissions from one address', kind: 'integer', unit: 'submission', min: 1,
      max: 1_000,
      hint: 'In an hour. Who sends more is asked to wait.' },
    { name: 'campus_submissions_per_hour', label: 'Submissions from one campus address', kind: 'integer',
      unit: 'submission', min: 1, max: 10_000,
      hint: 'In an hour. Higher, because a whole class shares one address.' },
    { name: 'campus_networks', label: 'Campus networks', kind: 'lines', max: 50,
      hint: 'One on each line, e.g. 130.39.0.0/16. Addresses in them have the higher limit.' },
    { name: 'logins_per_hour', label: 'Log-in attempts from one address', kind: 'integer', unit: 'attempt', min: 3,
      max: 1_000, hint: 'In an hour.' },
    { name: 'catalog_requests_per_minute', label: 'Requests for the catalog from one address', kind: 'integer',
      unit: 'request', min: 10, max: 10_000,
      hint: 'In a minute. Every opened form needs one.' },
  ] },
  { title: 'Keeping', fields: [
    { name: 'archive_after_days', label: 'Archive finished jobs after', kind: 'integer', unit: 'day', min: 1, max: 3_650,
      hint: 'Every night, counted from pick-up or rejection.' },
    { name: 'prune_after_days', label: 'Archived jobs can be removed after', kind: 'integer', unit: 'day', min: 1,
      max: 3_650,
      hint: 'Only when an administrator says so: see Archive and prune.' },
    { name: 'storage_limit_gb', label: 'Storage for models', kind: 'integer', unit: 'gigabyte', min: 1, max: 100_000,
      hint: 'What the lab wants to use at most. The analytics compare with it.' },
  ] },
];

export const SETTING_FIELDS = SETTING_GROUPS.flatMap(({ fields }) => fields);

/**
 * @param {SettingField} field
 * @param {SettingsView} settings
 */
function typed({ name, kind }, settings) {
  const value = settings[name];
  if (kind === 'money') return (Number(value) / 100).toFixed(2);
  return Array.isArray(value) ? value.join('\n') : String(value);
}

/**
 * @param {SettingsView} settings
 * @returns {Draft}
 */
export const draftOf = (settings) => Object.fromEntries(SETTING_FIELDS.map((field) => [field.name,
  typed(field, settings)]));

/**
 * What the API is sent for what was typed; only meaningful when `problemOf` finds nothing.
 * @param {SettingField} field
 * @param {string} text
 */
export function valueOf({ kind }, text) {
  if (kind === 'switch') return text === 'true';
  if (kind === 'lines') return text.split('\n').map((line) => line.trim()).filter(Boolean);
  if (kind === 'money') return Math.round(Number(text) * 100);
  return kind === 'integer' ? Number(text) : text.trim();
}

/**
 * @param {SettingField} field
 * @param {string} text
 * @returns {string} "" when all is well
 */
export function problemOf(field, text) {
  const { kind, min = 0, max = 0 } = field;
  if (kind === 'switch') return '';
  if (kind === 'text') return text.trim().length > max ? `At most ${max} characters.` : '';
  if (kind === 'lines') return /** @type {string[]} */ (valueOf(field, text)).length > max ? `At most ${max} networks.`
    : '';
  const pattern = kind === 'money' ? /^\d+(\.\d{1,2})?$/ : /^\d+$/;
  const value = Number(valueOf(field, text));
  if (pattern.test(text.trim()) && value >= min && value <= max) return '';
  const show = kind === 'money' ? money : (/** @type {number} */ number) => number.toLocaleString('en-US');
  return `${kind === 'money' ? 'An amount' : 'A whole number'} from ${show(min)} to ${show(max)}.`;
}

/**
 * How a value reads in a list of changes.
 * @param {SettingField} field
 * @param {string} text
 */
export function spoken({ kind, unit = '' }, text) {
  if (kind === 'switch') return text === 'true' ? 'on' : 'off';
  if (kind === 'money') return money(Math.round(Number(text) * 100));
  if (kind === 'integer') return unit === 'percent' ? `${text}%` : plural(Number(text), unit);
  return text.trim().split('\n').filter(Boolean).join(', ') || 'none';
}

/**
 * The fields that differ, in the order of the page.
 * @param {Draft} before
 * @param {Draft} after
 */
export const changed = (before, after) => SETTING_FIELDS.filter(({ name }) => (before[name] ?? '').trim() !== (after[name]
  ?? '').trim());

/**
 * What the API is sent: only what was changed.
 * @param {readonly SettingField[]} changes
 * @param {Draft} draft
 */
export const updateOf = (changes, draft) =>
  Object.fromEntries(changes.map((field) => [field.name, valueOf(field, draft[field.name] ?? '')]));

/**
 * What somebody else has saved meanwhile comes in wherever nothing was typed here; what was typed stays.
 * @param {Draft} base    what the edit began with
 * @param {Draft} mine
 * @param {Draft} theirs  as it is now
 * @returns {{draft: Draft, theirs: SettingField[], contested: SettingField[]}} contested: both changed it, differently
 */
export function merged(base, mine, theirs) {
  const [own, others] = [new Set(changed(base, mine)), changed(base, theirs)];
  const contested = others.filter((field) => own.has(field) && mine[field.name] !== theirs[field.name]);
  const draft = Object.fromEntries(SETTING_FIELDS.map((field) => [field.name, (own.has(field) ? mine : theirs)[field.name]
    ?? '']));
  return { draft, theirs: others, contested };
}
