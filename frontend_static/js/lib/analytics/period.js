/**
 * Days and comparisons. The lab's days are UTC days, wherever the browser is.
 */
import { plural } from '../format.js';

const SHORT = new Intl.DateTimeFormat('en-US', { month: 'short', day: 'numeric', timeZone: 'UTC' });
const LONG = new Intl.DateTimeFormat('en-US', { weekday: 'short', month: 'short', day: 'numeric', timeZone: 'UTC' });

/** @param {string} date 2026-11-21 */
export const shortDay = (date) => SHORT.format(new Date(`${date}T00:00Z`));

/** @param {string} date 2026-11-21 */
export const longDay = (date) => LONG.format(new Date(`${date}T00:00Z`));

/**
 * How a figure has changed, in words: "up 50%", "as before". Nothing where there is nothing to compare with.
 * @param {number | null} now
 * @param {number | null} before
 */
export function change(now, before) {
  if (now === null || before === null || before <= 0) return '';
  if (now === before) return 'as before';
  const percent = Math.round(((now - before) / before) * 100);
  if (percent === 0) return 'nearly as before';
  return `${percent > 0 ? 'up' : 'down'} ${Math.abs(percent).toLocaleString('en-US')}%`;
}

/** @param {number} days */
export const periodBefore = (days) => `in the ${plural(days, 'day')} before`;

/**
 * The index of the greatest value, or -1 when all are nothing.
 * @param {readonly (number | null)[]} values
 */
export function peak(values) {
  let best = -1;
  for (const [index, value] of values.entries()) {
    if ((value ?? 0) > (best < 0 ? 0 : values[best] ?? 0)) best = index;
  }
  return best;
}

/**
 * The total of the days' values.
 * @param {readonly (number | null)[]} values
 */
export const sum = (values) => values.reduce((/** @type {number} */ total, value) => total + (value ?? 0), 0);
