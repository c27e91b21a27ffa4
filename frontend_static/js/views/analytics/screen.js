/**
 * The analytics page.
 * @import {Catalog} from '../../contract.d.ts'
 * @import {Figures} from '../../lib/analytics/api.js'
 * @import {AnalyticsView} from '../../lib/analytics/query.js'
 */
import {
  byDiscipline, byMaterial, byPerson, byPrinter, byReason, byStudent, queueNow,
} from '../../lib/analytics/breakdowns.js';
import { cardsOf, isEmpty } from '../../lib/analytics/cards.js';
import { jobsByDay, leadByDay, moneyByDay, printersByDay } from '../../lib/analytics/figures.js';
import { longDay } from '../../lib/analytics/period.js';
import { isNarrowed } from '../../lib/analytics/query.js';
import { fileSize } from '../../lib/format.js';
import { html, nothing } from '../../lib/html.js';
import { icons } from '../icons.js';
import { notice } from '../notice.js';
import { controls } from './controls.js';
import { figureView } from './figure.js';

/**
 * @typedef {Object} AnalyticsState
 * @property {Catalog} catalog
 * @property {AnalyticsView} view
 * @property {Figures | null} figures    null until first loaded
 * @property {boolean} loading
 * @property {string} error              of the last refresh
 * @property {number | null} updatedAt   ms
 */

/**
 * @param {AnalyticsState} state
 * @param {number} now ms
 * @param {{change: (changes: Partial<AnalyticsView>) => void, refresh: () => void}} commands
 */
export const analyticsScreen = ({ catalog, view, figures, loading, error }, now, { change, refresh }) => html`
  <div class="analytics" id="figures" tabindex="-1">
    <div class="analytics-head">
      <h1>Analytics</h1>
      ${controls(catalog, view, change)}
    </div>
    ${error ? notice('bad', 'The figures could not be loaded', error, html`
      <p><button class="button" type="button" @click=${refresh}>Try again</button></p>`) : nothing}
    ${figures ? body(figures, catalog, view, now) : nothing}
    ${!figures && loading ? skeleton() : nothing}
  </div>`;

/**
 * @param {Figures} figures
 * @param {Catalog} catalog
 * @param {AnalyticsView} view
 * @param {number} now
 */
function body(figures, catalog, view, now) {
  const { overview, trends, resources, activity, students } = figures;
  const days = trends.series.map(({ date }) => date);
  const period = `${days[0]}_${days.at(-1)}`;
  const narrowed = isNarrowed(view);
  const of = catalog.printers.find(({ id }) => id === view.printer)?.name ?? (view.printer || view.discipline);
  return html`
    ${isEmpty(overview) ? empty(narrowed ? of : '') : html`
      <section class="analytics-part" aria-labelledby="overview-title">
        <div>
          <h2 id="overview-title">${narrowed ? `Overview: ${of}` : 'Overview'}</h2>
          <p class="soft">${longDay(days[0] ?? '')} to ${longDay(days.at(-1) ?? '')}. Days begin and end at midnight
            UTC.</p>
        </div>
        ${cards(figures)}
      </section>
      <section class="analytics-part" aria-labelledby="trends-title">
        <h2 id="trends-title">${narrowed ? `Trends: ${of}` : 'Trends'}</h2>
        <div class="figures">${[jobsByDay(trends), leadByDay(trends),
          moneyByDay(trends)].map((one) => figureView(one, period))}</div>
      </section>`}
    <section class="analytics-part" aria-labelledby="lab-title">
      <div>
        <h2 id="lab-title">The whole lab</h2>
        <p class="soft">${narrowed ? 'All printers and disciplines, whatever is chosen above. ' : nothing}Models take ${
          fileSize(overview.storage.used)} of ${fileSize(overview.storage.limit)}.</p>
      </div>
      <div class="figures">
        ${[printersByDay(resources, days), byMaterial(resources), byDiscipline(resources), queueNow(overview, now),
          byReason(overview),
          byPrinter(resources), byPerson(activity), byStudent(students)].map((one) => figureView(one, period))}
      </div>
    </section>`;
}

/** @param {Figures} figures */
const cards = ({ overview }) => html`
  <dl class="figure-cards">
    ${cardsOf(overview).map(({ label, value, change, before }) => html`
      <div class="figure-card">
        <dt>${label}</dt>
        <dd class="figure-value numbers">${value}</dd>
        <dd class="soft numbers">${change ? html`<b>${change}</b>, ` : nothing}${before}</dd>
      </div>`)}
  </dl>`;

/** @param {string} of  what the page is narrowed to, or "" */
const empty = (of) => html`
  <section class="empty">
    ${icons.inbox}
    <p>${of ? `Nothing happened with ${of} in this period or the one before.`
      : 'Nothing has happened in this period or the one before. The figures begin with the first submission.'}</p>
  </section>`;

const skeleton = () => html`
  <div class="figure-cards" aria-busy="true">
    ${Array.from({ length: 12 }, () => html`<div class="figure-card skeleton"></div>`)}
  </div>
  <p class="visually-hidden" role="status">Loading the figures…</p>`;
