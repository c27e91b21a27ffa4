/**
 * Archive and prune: first what would happen, then, confirmed, batch by batch.
 * @import {RetentionView} from '../../contract.d.ts'
 * @import {FlowState} from '../../lib/action_flow.js'
 */
import { getSettings, runRetention } from '../../lib/admin/api.js';
import { Section } from '../../lib/admin/section.js';
import { ApiError } from '../../lib/api.js';
import { rememberName, suggestedName } from '../../lib/attribution.js';
import { dateTime, fileSize, plural } from '../../lib/format.js';
import { html, live, nothing } from '../../lib/html.js';
import { actingField } from '../modals/acting.js';
import { notice } from '../notice.js';
import { confirmRetention } from './retention_confirm.js';

/** @typedef {'archive' | 'prune'} Operation */

/**
 * @typedef {Object} Run
 * @property {string} days                  as typed
 * @property {RetentionView | null} preview what would happen
 * @property {boolean} busy
 * @property {string} error
 * @property {{done: number, due: number, skipped: number, failed: number, stopped: boolean, over: boolean} | null} progress
 */

/** @type {Run} */
const NEW_RUN = { days: '', preview: null, busy: false, error: '', progress: null };

const LONGEST_DAYS = 3_650;

/**
 * @typedef {Object} OperationWords
 * @property {Operation} id
 * @property {string} title
 * @property {string} text
 * @property {string} verb
 * @property {'archive_after_days' | 'prune_after_days'} days
 * @property {string} label
 */

/** @type {readonly OperationWords[]} */
const OPERATIONS = [
  { id: 'archive', title: 'Archive', verb: 'archived', days: 'archive_after_days', label: 'Days since pick-up or rejection',
    text: 'Picked-up and rejected jobs move to the archive with their files. It also happens by itself, every night. '
      + 'A job can be brought back by changing its status.' },
  { id: 'prune', title: 'Prune', verb: 'removed for good', days: 'prune_after_days', label: 'Days in the archive',
    text: 'Archived jobs and their files are removed for good. Their history and payments stay. It never happens by '
      + 'itself.' },
];

export class RetentionSection extends Section {
  /** @type {Record<Operation, Run>} */ #runs = { archive: NEW_RUN, prune: NEW_RUN };
  #staffName = suggestedName();

  /** @override */
  async read() {
    const settings = await getSettings();
    for (const { id, days } of OPERATIONS) {
      if (!this.#runs[id].days) this.#set(id, { days: String(settings[days]) });
    }
  }

  /** @override */
  body() {
    const busy = OPERATIONS.some(({ id }) => this.#runs[id].busy);
    /** @type {Pick<FlowState, 'phase' | 'staffName' | 'fields'>} */
    const state = { phase: busy ? 'sending' : 'ready', staffName: this.#staffName, fields: {} };
    return html`
      <div class="section-acting" @change=${this.#onName}>
        ${actingField(this.office.shell.staff, state, 'to see what is due', 'retention-staff_name')}
      </div>
      <div class="section-pair">${OPERATIONS.map((operation) => this.#operation(operation))}</div>`;
  }

  /** @param {Event} event */
  #onName = (event) => {
    this.#staffName = /** @type {HTMLSelectElement} */ (event.target).value;
    rememberName(this.#staffName);
    this.office.redraw();
  };

  /** @param {OperationWords} operation */
  #operation(operation) {
    const { id, title, text, label } = operation;
    const { days, busy, error, preview, progress } = this.#runs[id];
    const sound = isDays(days);
    return html`
      <section class="panel section-panel">
        <h2>${title}</h2>
        <p class="soft">${text}</p>
        <form class="section-row" novalidate
          @submit=${(/** @type {Event} */ event) => { event.preventDefault(); void this.#preview(id); }}>
          <div class="field">
            <label for="${id}-days">${label}</label>
            <input id="${id}-days" inputmode="numeric" autocomplete="off" .value=${live(days)} ?disabled=${busy}
              aria-describedby="${id}-days-error"
              aria-invalid=${sound ? nothing : 'true'}
              @input=${(/** @type {Event} */ event) => this.#set(id,
                { days: /** @type {HTMLInputElement} */ (event.target).value, preview: null })}>
            <p class="field-error" id="${id}-days-error">${sound ? ''
              : `A whole number from 1 to ${LONGEST_DAYS.toLocaleString('en-US')}.`}</p>
          </div>
          <button class="button" type="submit" ?disabled=${busy || !sound || !this.#staffName}>Show what is due</button>
        </form>
        ${error ? notice('bad', 'That did not work', error) : nothing}
        <div aria-live="polite">
          ${preview ? this.#previewView(operation, preview) : nothing}
          ${progress ? progressView(operation.verb, progress, () => this.#stop(id)) : nothing}
        </div>
      </section>`;
  }

  /**
   * @param {OperationWords} operation
   * @param {RetentionView} preview
   */
  #previewView({ id, title, verb }, { due, oldest, newest, retention_days: days, stored_bytes: bytes }) {
    if (!due) return html`<p>Nothing is due: no job has stood there for ${plural(days, 'day')}.</p>`;
    const since = oldest && newest ? `: in their status since ${dateTime(oldest)} to ${dateTime(newest)}` : '';
    const size = bytes === null ? '' : ` Their files take ${fileSize(bytes)}.`;
    return html`
      <p><b>${plural(due, 'job')}</b> would be ${verb}${since}.${size}</p>
      <p><button class="button ${id === 'prune' ? 'button-danger' : 'button-primary'}" type="button"
        ?disabled=${this.#runs[id].busy}
        @click=${() => confirmRetention(this.office.shell.staff, id, due, days,
          (staffName) => void this.#run(id, staffName, days))}>
        ${title} ${plural(due, 'job')}…</button></p>`;
  }

  /** @param {Operation} id @param {Partial<Run>} changes */
  #set(id, changes) {
    this.#runs = { ...this.#runs, [id]: { ...this.#runs[id], ...changes } };
    this.office.redraw();
  }

  /** @param {Operation} id */
  #stop(id) {
    const { progress } = this.#runs[id];
    if (progress) this.#set(id, { progress: { ...progress, stopped: true } });
  }

  /** @param {Operation} id */
  async #preview(id) {
    const days = Number(this.#runs[id].days);
    await this.#guarded(id, async () => {
      this.#set(id, { progress: null });
      const preview = await runRetention(id, { staff_name: this.#staffName, retention_days: days, dry_run: true });
      this.#set(id, { preview });
    });
  }

  /**
   * Calls until nothing remains: the server takes as many jobs at once as fit into a request.
   * @param {Operation} id
   * @param {string} staffName
   * @param {number} days
   */
  async #run(id, staffName, days) {
    await this.#guarded(id, async () => {
      let [done, skipped, failed, remaining] = [0, 0, 0, this.#runs[id].preview?.due ?? 0];
      const due = remaining;
      this.#set(id, { preview: null, progress: { done, due, skipped, failed, stopped: false, over: false } });
      while (remaining > 0 && !this.#runs[id].progress?.stopped) {
        const batch = await runRetention(id, { staff_name: staffName, retention_days: days });
        [done, skipped, failed] = [done + batch.done, batch.skipped, batch.failed];
        // What is skipped or fails is due in the next batch again: without progress there is no end.
        remaining = batch.done ? batch.remaining : 0;
        const stopped = this.#runs[id].progress?.stopped ?? false;
        this.#set(id, { progress: { done, due: Math.max(due, done + batch.remaining), skipped, failed, stopped,
          over: remaining === 0 } });
      }
      const { progress } = this.#runs[id];
      if (progress) this.#set(id, { progress: { ...progress, over: true } });
    });
  }

  /** @param {Operation} id @param {() => Promise<void>} task */
  async #guarded(id, task) {
    this.#set(id, { busy: true, error: '' });
    try {
      await task();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const { progress } = this.#runs[id];
      const far = progress ? ` ${plural(progress.done, 'job')} were done before; look again what is still due.` : '';
      this.#set(id, { error: `${error.message}${far}`, progress: null });
    }
    this.#set(id, { busy: false });
  }
}

/** @param {string} text */
const isDays = (text) => /^\d+$/.test(text.trim()) && Number(text) >= 1 && Number(text) <= LONGEST_DAYS;

/**
 * @param {string} verb
 * @param {NonNullable<Run['progress']>} progress
 * @param {() => void} onStop
 */
const progressView = (verb, { done, due, skipped, failed, stopped, over }, onStop) => html`
  <p>${over ? nothing : html`<span class="spinner"></span>`} ${done.toLocaleString('en-US')} of ${plural(due, 'job')}
    ${verb}${
    over && stopped ? ', then stopped' : nothing}.${skipped
      ? ` ${plural(skipped, 'job')} passed over: changed or open somewhere.` : nothing}${
    failed ? ` ${failed} failed and stay for the next time.` : nothing}</p>
  <progress class="progress" max=${due} .value=${done} aria-label="Progress"></progress>
  ${over ? nothing : html`<p><button class="button" type="button" ?disabled=${stopped}
    @click=${onStop}>${stopped ? 'Stopping…' : 'Stop after this batch'}</button></p>`}`;
