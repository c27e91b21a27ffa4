/**
 * One figure: title, sentence, chart or bars, and the same numbers as a table and as a file.
 * @import {Figure} from '../../lib/analytics/figures.js'
 */
import { isDrawable } from '../../lib/chart.js';
import { html, nothing } from '../../lib/html.js';
import { csvButton, tableView } from '../table.js';

/** Tables with more have the whole width. */
const MOST_COLUMNS = 4;

/**
 * @param {Figure} figure
 * @param {string} period  part of the file's name
 */
export const figureView = ({ id, title, sentence, table, chart, bars }, period) => html`
  <figure class="figure panel ${table.columns.length > MOST_COLUMNS && !chart ? 'figure-wide' : ''}" id=${id}>
    <figcaption class="figure-head">
      <div>
        <h3>${title}</h3>
        <p class="soft">${sentence}</p>
      </div>
      ${csvButton(`${id}_${period}`, table, title)}
    </figcaption>
    ${chart && isDrawable(chart) ? html`
      <time-chart .chart=${chart}></time-chart>
      <details class="figure-table">
        <summary>Show as a table</summary>
        ${tableView(title, table)}
      </details>` : nothing}
    ${!chart && table.rows.length ? tableView(title, table, bars) : nothing}
  </figure>`;
