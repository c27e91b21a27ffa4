/**
 * A table of figures: what stands on the screen and what goes into the file are read from the same rows.
 */
import { toCsv } from './csv.js';
import { dateTime, money, number } from './format.js';

/** @typedef {string | number | null} Value */

/**
 * To a tenth: days and their sum, each rounded by itself, agree.
 * @param {number} value
 */
export const hours = (value) => `${number(Math.round(value * 10) / 10)} h`;

/**
 * How a column's values are shown, and written to a file: money is kept in cents and written in dollars.
 * @type {Record<string, {numeric: boolean, show: (value: any) => string, write: (value: any) => string | number}>}
 */
const KINDS = {
  text: { numeric: false, show: String, write: String },
  day: { numeric: false, show: String, write: String },
  time: { numeric: false, show: dateTime, write: String },
  count: { numeric: true, show: number, write: Number },
  grams: { numeric: true, show: (value) => `${number(value)} g`, write: Number },
  hours: { numeric: true, show: hours, write: Number },
  money: { numeric: true, show: money, write: (value) => value / 100 },
};

/**
 * @typedef {Object} Column
 * @property {string} label
 * @property {'text' | 'day' | 'time' | 'count' | 'grams' | 'hours' | 'money'} kind
 */

/**
 * @typedef {Object} Table
 * @property {Column[]} columns
 * @property {Value[][]} rows
 */

/** @param {Column} column */
const kindOf = ({ kind }) => /** @type {NonNullable<typeof KINDS[string]>} */ (KINDS[kind]);

/** @param {Column} column */
export const isNumeric = (column) => kindOf(column).numeric;

/**
 * @param {Value} value
 * @param {Column} column
 */
export const shown = (value, column) => (value === null ? '–' : kindOf(column).show(value));

/** The unit of a column in a file, where its numbers stand alone. @type {Record<string, string>} */
const UNITS = { grams: ' (g)', hours: ' (h)', money: ' (USD)' };

/** @param {Table} table */
export const tableAsCsv = ({ columns, rows }) => toCsv(
  columns.map(({ label, kind }) => `${label}${UNITS[kind] ?? ''}`),
  rows.map((row) => columns.map((column, index) => {
    const value = row[index] ?? null;
    return value === null ? null : kindOf(column).write(value);
  })),
);
