/** Tables as files for spreadsheet programs, in the form that the server's exports have. */

/** What makes spreadsheet programs read a cell as a formula, or cut it in two. */
const ACTIVE = /^[=+\-@\t\r\n]/;

/**
 * One cell: a number stays one, a text can never be a formula.
 * @param {string | number | null} value
 */
function cell(value) {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const harmless = ACTIVE.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

/**
 * With a byte order mark and CRLF, as Excel wants it.
 * @param {readonly string[]} headings
 * @param {readonly (readonly (string | number | null)[])[]} rows
 */
export const toCsv = (headings, rows) =>
  `\ufeff${[headings, ...rows].map((row) => `${row.map(cell).join(',')}\r\n`).join('')}`;
