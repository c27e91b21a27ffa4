/**
 * The payments of a period as a file.
 */
import { exportPayments } from '../../lib/admin/api.js';
import { monthOf, periodProblem } from '../../lib/admin/export_period.js';
import { Section } from '../../lib/admin/section.js';
import { now } from '../../lib/clock.js';
import { saveFile } from '../../lib/download.js';
import { calendarDay, plural } from '../../lib/format.js';
import { html, live, nothing } from '../../lib/html.js';
import { openForm } from './form_dialog.js';

const PRESETS = [{ label: 'This month', back: 0 }, { label: 'Last month', back: 1 }];

/** @type {readonly {id: 'csv' | 'xlsx', label: string}[]} */
const FORMATS = [{ id: 'csv', label: 'CSV' }, { id: 'xlsx', label: 'Excel workbook' }];

export class PaymentsSection extends Section {
  #period = monthOf(now(), 1);
  /** @type {'csv' | 'xlsx'} */ #format = 'csv';

  /** @override */
  body() {
    const { start, end } = this.#period;
    const problem = periodProblem(start, end);
    return html`
      <form class="panel section-panel" novalidate @submit=${this.#onSubmit}>
        <h2>Export</h2>
        <p class="soft">Days begin and end at midnight UTC. Voided payments stand in the file, marked, and are left out of
          the total. Who takes a file out goes on record.</p>
        <div class="actions">${PRESETS.map(({ label, back }) => html`
          <button class="button" type="button" @click=${() => this.#set(monthOf(now(), back))}>${label}</button>`)}</div>
        <div class="section-row">
          ${this.#day('start', 'First day', start, problem)}
          ${this.#day('end', 'Last day', end, problem)}
          <fieldset class="field">
            <legend class="label">File</legend>
            <div class="choices-row">${FORMATS.map(({ id, label }) => html`
              <label class="choice"><input type="radio" name="format" .checked=${live(this.#format === id)}
                @change=${() => this.#setFormat(id)}><span>${label}</span></label>`)}</div>
          </fieldset>
        </div>
        <p class="field-error" id="period-error">${problem}</p>
        <p><button class="button button-primary" type="submit" ?disabled=${Boolean(problem)}>Export…</button></p>
      </form>`;
  }

  /** @param {'start' | 'end'} name @param {string} label @param {string} value @param {string} problem */
  #day(name, label, value, problem) {
    return html`
      <div class="field">
        <label for="period-${name}">${label}</label>
        <input id="period-${name}" type="date" .value=${live(value)} aria-describedby="period-error"
          aria-invalid=${problem ? 'true' : nothing}
          @change=${(/** @type {Event} */ event) => this.#set({ ...this.#period,
            [name]: /** @type {HTMLInputElement} */ (event.target).value })}>
      </div>`;
  }

  /** @param {{start: string, end: string}} period */
  #set(period) {
    this.#period = period;
    this.office.redraw();
  }

  /** @param {'csv' | 'xlsx'} format */
  #setFormat(format) {
    this.#format = format;
    this.office.redraw();
  }

  /** @param {SubmitEvent} event */
  #onSubmit = (event) => {
    event.preventDefault();
    const [{ start, end }, format] = [this.#period, this.#format];
    if (periodProblem(start, end)) return;
    openForm(this.office.shell.staff, {
      title: 'Export payments',
      submitLabel: 'Export',
      body: () => html`<p>All payments from <b>${calendarDay(start)}</b> to <b>${calendarDay(end)}</b> as
        ${format === 'csv' ? 'CSV' : 'an Excel workbook'}, with the students’ names.</p>`,
      send: (staffName) => exportPayments({ staff_name: staffName, start_date: start, end_date: end, format }),
      done: (answer) => ('content' in answer ? `${answer.filename} is saved.`
        : `${answer.filename}: ${plural(answer.rows, 'payment')}.`),
      onDone: (answer) => {
        if ('content' in answer) saveFile(answer.filename, answer.content);
        else location.assign(answer.url);
      },
    });
  };
}
