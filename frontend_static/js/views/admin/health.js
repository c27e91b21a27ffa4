/**
 * System health: alerts with what to do, components, what waits, the last day, and the configuration.
 * @import {AgentList, AlertList, AllMetrics, Diagnosis, SampleHistory} from '../../contract.d.ts'
 */
import { isDrawable } from '../../lib/chart.js';
import { getAgents, getAlerts, getDiagnosis, getHistory } from '../../lib/admin/api.js';
import { historyFigures } from '../../lib/admin/history.js';
import { Section } from '../../lib/admin/section.js';
import { now } from '../../lib/clock.js';
import { html, nothing } from '../../lib/html.js';
import { startPolling } from '../../lib/polling.js';
import { getMetrics } from '../../lib/staff_api.js';
import { csvButton, tableView } from '../table.js';
import { agentsView, alertList, applicationView, componentsView, diagnosisView, systemView } from './health_parts.js';

const REFRESH_MS = 60_000;
const PERIODS = [{ hours: 6, label: '6 hours' }, { hours: 24, label: '24 hours' }, { hours: 168, label: '7 days' }];

export class HealthSection extends Section {
  /**
   * @type {{metrics: AllMetrics, alerts: AlertList, agents: AgentList, history: SampleHistory,
   *   diagnosis: Diagnosis} | null}
   */
  #seen = null;
  #hours = 24;
  /** @type {{stop: () => void} | null} */ #polling = null;

  /** @override */
  async read() {
    const hours = this.#hours;
    const [metrics, alerts, agents, history, diagnosis] = await Promise.all([
      getMetrics(), getAlerts(), getAgents(), getHistory(hours), getDiagnosis(),
    ]);
    if (hours === this.#hours) this.#seen = { metrics, alerts, agents, history, diagnosis };
  }

  /** @override */
  enter() {
    this.#polling ??= startPolling(() => this.load(), REFRESH_MS);
    return super.enter();
  }

  /** @override */
  leave() {
    super.leave();
    this.#polling?.stop();
    this.#polling = null;
  }

  /** @override */
  body() {
    if (!this.#seen) throw new Error('Drawn before it was loaded');
    const { metrics, alerts, agents, history, diagnosis } = this.#seen;
    return html`
      ${alertList(alerts, now())}
      ${componentsView(metrics)}
      ${agentsView(agents, now())}
      ${this.#historyView(history)}
      ${applicationView(metrics.application, now())}
      ${systemView(metrics.system)}
      ${diagnosisView(diagnosis)}`;
  }

  /** @param {SampleHistory} history */
  #historyView(history) {
    return html`
      <section class="panel section-panel" aria-labelledby="history-title">
        <div class="section-line">
          <h2 id="history-title">History</h2>
          <div class="parts" role="group" aria-label="Period">${PERIODS.map(({ hours, label }) => html`
            <button class="part" type="button" aria-pressed=${hours === this.#hours}
              @click=${() => this.#show(hours)}>${label}</button>`)}</div>
        </div>
        ${history.samples.length ? historyFigures(history).map(({ id, title, sentence, chart, table }) => html`
          <figure class="section-figure">
            <figcaption class="section-line"><div><h3 class="label">${title}</h3><p
              class="soft">${sentence}</p></div>${csvButton(id, table, title)}</figcaption>
            ${isDrawable(chart) ? html`<time-chart .chart=${chart}></time-chart>` : nothing}
            <details ?open=${!isDrawable(chart)}><summary>Show as a table</summary>${tableView(title, table)}</details>
          </figure>`) : html`<p class="soft">Nothing was written down yet: a sample is taken every five minutes.</p>`}
      </section>`;
  }

  /** @param {number} hours */
  #show(hours) {
    this.#hours = hours;
    void this.load();
  }
}
