/**
 * Overrides stand on the jobs themselves; what cannot be found there is here: which jobs somebody holds open.
 * @import {Catalog, JobCard} from '../../contract.d.ts'
 */
import { listStatus } from '../../lib/admin/api.js';
import { Section } from '../../lib/admin/section.js';
import { timeOfDay } from '../../lib/format.js';
import { html } from '../../lib/html.js';
import { STATUSES, statusLabel } from '../../lib/status.js';
import { getCatalog } from '../../lib/student_api.js';
import { openAction } from '../modals/action.js';
import { forceUnlock } from '../modals/index.js';

/** Where jobs are worked on. */
const ACTIVE = STATUSES.slice(0, 5);

/** What administrators can do on a job's card. */
const OVERRIDES = [
  { name: 'Force confirm', where: 'PENDING', text: 'Confirms the price in the student’s place, e.g. after a call.' },
  { name: 'Change status', where: 'UPLOADED', text: 'Puts a job where it belongs, with its files. No mail is sent.' },
  { name: 'Send a mail again', where: 'PENDING', text: 'Any of the job’s mails; an approval gets a new link.' },
  { name: 'Mark as failed', where: 'PRINTING',
    text: 'Back to the queue. Staff can do this, too; price and confirmation stay.' },
];

export class OverridesSection extends Section {
  /** @type {JobCard[]} */ #locked = [];
  /** @type {Catalog | null} */ #catalog = null;

  /** @override */
  async read() {
    const [catalog, ...pages] = await Promise.all([getCatalog(), ...ACTIVE.map(({ id }) => listStatus(id))]);
    this.#catalog = catalog;
    this.#locked = pages.flatMap(({ jobs }) => jobs).filter(({ lock }) => lock !== null);
  }

  /** @override */
  body() {
    return html`
      <section class="panel section-panel">
        <div class="section-line">
          <h2>Jobs that are open somewhere</h2>
          <button class="button" type="button" @click=${() => void this.load()}>Look again</button>
        </div>
        <p class="soft">A lock ends by itself five minutes after its workstation was last heard of. The newest 200 jobs of
          each status are looked at.</p>
        ${this.#locked.length ? html`<ul class="rows">${this.#locked.map((job) => this.#row(job))}</ul>`
          : html`<p>No job is open anywhere.</p>`}
      </section>
      <section class="panel section-panel">
        <h2>On the job’s card</h2>
        <p class="soft">Find the job in the queue and open its details. Each override asks for a reason, which stands in the
          job’s history.</p>
        <ul class="rows">${OVERRIDES.map(({ name, where, text }) => html`
          <li><div class="row-text"><b>${name}</b><p class="soft">${text}</p></div>
            <a class="button" href="/dashboard?status=${where}"
              aria-label=${`${name}: to ${statusLabel(where)}`}>To ${statusLabel(where)}</a></li>`)}</ul>
      </section>`;
  }

  /** @param {JobCard} job */
  #row(job) {
    const { lock } = job;
    if (!lock) throw new Error('This job is not locked');
    return html`
      <li>
        <div class="row-text">
          <b>${job.student_name}</b> <span class="badge">${job.status_label}</span>
          <p class="soft">${job.display_name}</p>
          <p>${lock.locked_by} on ${lock.workstation_name}${lock.mine ? ' (this workstation)' : ''}, until
            ${timeOfDay(lock.locked_until)}</p>
        </div>
        <button class="button button-warn" type="button" ?disabled=${lock.mine}
          aria-label=${`Force unlock ${job.display_name}…`}
          @click=${() => this.#unlock(job)}>Force unlock…</button>
      </li>`;
  }

  /** @param {JobCard} job */
  #unlock(job) {
    const { me, staff, desk: settings } = this.office.shell;
    const reload = () => void this.load();
    if (!this.#catalog) return;
    openAction(forceUnlock, job, {
      catalog: this.#catalog, me, staff, settings, onDone: reload, onOutdated: reload, forceUnlock: reload,
    });
  }
}
