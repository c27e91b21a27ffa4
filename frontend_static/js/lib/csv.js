/** Tables as files for spreadsheet programs, in the form that the server's exports have. */

/** What spreadsheet programs calculate: at the beginning, or behind what some cut cells at whatever the quotes say. */
const ACTIVE = /(^|[;|\t])(?=\s*[=+\-@＝＋－＠]|[\t\r\n])/g;

/**
 * One cell: a number stays one, a text can never be a formula.
 * @param {string | number | null} value
 */
function cell(value) {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const harmless = value.replaceAll(ACTIVE, "$1'");
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

/**
 * With a byte order mark and CRLF, as Excel wants it.
 * @param {readonly string[]} headings
 * @param {readonly (readonly (string | number | null)[])[]} rows
 */
export const toCsv = (headings, rows) =>
  `\ufeff${[headings, ...rows].map((row) => `${row.map(cell).join(',')}\r\n`).join('')}`;
