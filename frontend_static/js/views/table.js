/**
 * Tables of figures, for all who cannot or do not want to read a chart, and as a file.
 * @import {Column, Table, Value} from '../lib/table.js'
 */
import { saveFile } from '../lib/download.js';
import { html, nothing, svg } from '../lib/html.js';
import { isNumeric, shown, tableAsCsv } from '../lib/table.js';
import { icons } from './icons.js';

/**
 * Scrolls sideways by itself, also by keyboard, where the screen is narrow.
 * @param {string} label  what the table holds
 * @param {Table} table
 * @param {number} [bars] a column that is also drawn
 */
export const tableView = (label, { columns, rows }, bars = -1) => {
  const most = Math.max(0, ...rows.map((row) => Number(row[bars] ?? 0)));
  return html`
    <div class="table-frame" role="region" aria-label=${label} tabindex="0">
      <table class="table">
        <thead><tr>${columns.map((column, index) => html`
          <th scope="col" class=${cellClass(column)}>${column.label}</th>${index === bars ? html`<td class="bar"></td>`
            : nothing}`)}</tr></thead>
        <tbody>${rows.map((row) => html`<tr>${columns.map((column, index) => cellView(row, column, index, index === bars
          ? most : null))}</tr>`)}</tbody>
      </table>
    </div>`;
};

/** @param {Column} column */
const cellClass = (column) => (isNumeric(column) ? 'numbers' : column.kind);

/**
 * @param {Value[]} row
 * @param {Column} column
 * @param {number} index
 * @param {number | null} most  of a column that is also drawn
 */
const cellView = (row, column, index, most) => {
  const value = row[index] ?? null;
  if (index === 0) return html`<th scope="row">${shown(value, column)}</th>`;
  return html`
    <td class=${cellClass(column)}>${shown(value, column)}</td>
    ${most === null ? nothing : html`<td class="bar" aria-hidden="true">${bar(Number(value), most)}</td>`}`;
};

/**
 * @param {number} value
 * @param {number} most
 */
const bar = (value, most) => html`<svg width="100%" height="12" focusable="false">${
  svg`<rect rx="3" height="12" width="${most > 0 ? Math.max(0, (value / most) * 100) : 0}%"></rect>`}</svg>`;

/**
 * @param {string} filename without ending
 * @param {Table} table
 * @param {string} title    of what is saved, for screen readers
 */
export const csvButton = (filename, table, title) => html`
  <button class="button button-quiet" type="button" ?disabled=${table.rows.length === 0}
    @click=${() => saveFile(`${filename}.csv`, new Blob([tableAsCsv(table)], { type: 'text/csv;charset=utf-8' }))}>
    ${icons.download} CSV<span class="visually-hidden">: ${title}</span>
  </button>`;
