/**
 * Period and narrowing of the figures.
 * @import {Catalog} from '../../contract.d.ts'
 * @import {AnalyticsView} from '../../lib/analytics/query.js'
 */
import { PERIODS } from '../../lib/analytics/query.js';
import { html, live } from '../../lib/html.js';

/**
 * A printer or a discipline, never both: the figures of days are not kept for pairs.
 * @param {Catalog} catalog
 * @param {AnalyticsView} view
 * @param {(changes: Partial<AnalyticsView>) => void} change
 */
export const controls = (catalog, { days, printer, discipline }, change) => html`
  <form class="analytics-controls" @submit=${(/** @type {Event} */ event) => event.preventDefault()}>
    <fieldset class="periods">
      <legend class="visually-hidden">Period</legend>
      ${PERIODS.map((period) => html`
        <label class="choice">
          <input type="radio" name="days" value=${period} .checked=${live(period === days)}
            @change=${() => change({ days: period })}>
          <span>${period} days</span>
        </label>`)}
    </fieldset>
    <div class="field">
      <label class="visually-hidden" for="narrow">Overview and trends of</label>
      <select id="narrow" .value=${live(printer ? `printer:${printer}` : `discipline:${discipline}`)}
        @change=${(/** @type {Event} */ event) => change(narrowing(/** @type {HTMLSelectElement} */ (event.target).value))}>
        <option value="discipline:">All printers and disciplines</option>
        <optgroup label="Printer">
          ${catalog.printers.map(({ id, name }) => html`<option value="printer:${id}"
            ?selected=${id === printer}>${name}</option>`)}
        </optgroup>
        <optgroup label="Discipline">
          ${catalog.disciplines.map((name) => html`<option value="discipline:${name}"
            ?selected=${name === discipline}>${name}</option>`)}
        </optgroup>
      </select>
    </div>
  </form>`;

/** @param {string} value */
function narrowing(value) {
  const [dimension, ...rest] = value.split(':');
  return { printer: '', discipline: '', [dimension ?? '']: rest.join(':') };
}
