/**
 * The audit: start it, follow it, and mend what it found.
 * @import {AuditReport, FindingKind, FindingView} from '../../contract.d.ts'
 */
import { getAuditReport, startAudit } from '../../lib/admin/api.js';
import { openFindings, REPAIRS, subjectOf } from '../../lib/admin/repairs.js';
import { Section } from '../../lib/admin/section.js';
import { ApiError } from '../../lib/api.js';
import { plural } from '../../lib/format.js';
import { html, nothing } from '../../lib/html.js';
import { toast } from '../../lib/toast.js';
import { notice } from '../notice.js';
import { auditHead, findingRow } from './audit_parts.js';
import { openForm } from './form_dialog.js';

/** How soon a running audit is looked at again, in ms. */
const FOLLOW_MS = 2_000;

/** States of a report that has findings to show. @type {ReadonlySet<string>} */
const ENDED = new Set(['done', 'failed']);

export class AuditSection extends Section {
  /** @type {AuditReport | null} */ #report = null;
  /** @type {FindingView[]} */ #findings = [];
  /** @type {FindingKind | ''} */ #kind = '';
  /** @type {{done: number, refused: number, of: number, stopped: boolean} | null} */ #bulk = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #timer;

  /** @override */
  async read() {
    clearTimeout(this.#timer);
    const kind = this.#kind;
    const report = await getAuditReport({ kind });
    if (kind !== this.#kind) return;
    this.#report = report;
    this.#findings = report.findings;
    if (this.active && report.state === 'running') this.#timer = setTimeout(() => void this.load(), FOLLOW_MS);
  }

  /** @override */
  leave() {
    super.leave();
    clearTimeout(this.#timer);
  }

  /** @override */
  body() {
    const report = this.#report;
    return html`
      ${auditHead(report, this.#start)}
      ${report && ENDED.has(report.state) ? this.#findingsView(report) : nothing}`;
  }

  /** @param {AuditReport} report */
  #findingsView(report) {
    if (!report.total) return notice('good', 'Everything agrees',
      `${plural(report.jobs_seen, 'job')} and ${plural(report.objects_seen, 'file')} were compared.`);
    const kinds = /** @type {FindingKind[]} */ (Object.keys(REPAIRS)).filter((kind) => report.totals[kind]);
    return html`
      <div class="parts" role="group" aria-label="Kind of finding">
        ${this.#kindButton('', 'All', report.total)}
        ${kinds.map((kind) => this.#kindButton(kind, REPAIRS[kind].kinds, report.totals[kind] ?? 0))}
      </div>
      <section class="panel section-panel">
        ${this.#kind ? this.#kindHead(this.#kind) : nothing}
        <ul class="rows">${this.#findings.map((finding) => findingRow(finding, () => this.#mend(finding)))}</ul>
        ${report.next_cursor ? html`<p><button class="button" type="button"
          @click=${this.#more}>Show more</button></p>` : nothing}
      </section>`;
  }

  /** @param {FindingKind | ''} kind @param {string} label @param {number} count */
  #kindButton(kind, label, count) {
    return html`<button class="part" type="button" aria-pressed=${kind === this.#kind} @click=${() => this.#show(kind)}>
      ${label} <span class="badge">${count.toLocaleString('en-US')}</span></button>`;
  }

  /** @param {FindingKind} kind */
  #kindHead(kind) {
    const { kinds, label, effect } = REPAIRS[kind];
    const open = this.#findings.filter(({ mended_at: mended }) => !mended).length;
    const bulk = this.#bulk;
    return html`
      <div class="section-line">
        <div><h2>${kinds}</h2><p class="soft">${effect}</p></div>
        <button class="button" type="button" ?disabled=${!open || bulk !== null}
          @click=${() => this.#mendAll(kind)}>${label}: all open ones…</button>
      </div>
      ${bulk ? html`
        <p aria-live="polite"><span class="spinner"></span> ${bulk.done}
          mended${bulk.refused ? `, ${bulk.refused} not possible any more` : nothing}</p>
        <progress class="progress" max=${bulk.of} .value=${bulk.done + bulk.refused} aria-label="Progress"></progress>
        <p><button class="button" type="button" ?disabled=${bulk.stopped}
          @click=${() => { bulk.stopped = true; this.office.redraw(); }}>Stop</button></p>` : nothing}`;
  }

  /** @param {FindingKind | ''} kind */
  #show(kind) {
    this.#kind = kind;
    void this.load();
  }

  #more = () => this.attempt(async () => {
    const kind = this.#kind;
    const report = await getAuditReport({ kind, cursor: this.#report?.next_cursor ?? null });
    if (kind !== this.#kind) return;
    this.#report = report;
    this.#findings = [...this.#findings, ...report.findings];
  });

  #start = () => openForm(this.office.shell.staff, {
    title: 'Start an audit',
    submitLabel: 'Start audit',
    body: () => html`<p>All jobs are compared with all files. Nothing is changed, and the work in the lab goes on. It also
      happens by itself, every night.</p>`,
    send: startAudit,
    done: (answer) => answer.message,
    onDone: () => {
      this.#kind = '';
      void this.load();
    },
  });

  /** @param {FindingView} finding */
  #mend(finding) {
    const repair = REPAIRS[finding.kind];
    openForm(this.office.shell.staff, {
      title: repair.label, submitLabel: repair.label, tone: repair.tone,
      body: () => html`<p><b>${subjectOf(finding)}</b></p><p>${finding.message}</p><p>${repair.effect}</p>`,
      send: (staffName) => repair.send(finding, staffName),
      done: ({ message }) => message,
      onDone: () => void this.load(),
    });
  }

  /** @param {FindingKind} kind */
  #mendAll(kind) {
    const { kinds, label, effect, tone } = REPAIRS[kind];
    const count = this.#report?.totals[kind] ?? 0;
    openForm(this.office.shell.staff, {
      title: `${label}: ${kinds.toLowerCase()}`, submitLabel: label, tone,
      body: () => html`<p>Up to <b>${plural(count, 'finding')}</b>, one after the other. Each is looked at again first;
        what has changed since the audit is left alone.</p>
        <p>${effect}</p>`,
      send: async (staffName) => staffName,
      done: () => 'Mending…',
      onDone: (staffName) => void this.#mendEach(kind, count, staffName),
    });
  }

  /** @param {FindingKind} kind @param {number} of @param {string} staffName */
  async #mendEach(kind, of, staffName) {
    const bulk = { done: 0, refused: 0, of, stopped: false };
    this.#bulk = bulk;
    this.office.redraw();
    try {
      for await (const finding of openFindings((cursor) => getAuditReport({ kind, cursor, limit: 200 }))) {
        if (bulk.stopped) break;
        if (await mended(finding, staffName)) bulk.done += 1;
        else bulk.refused += 1;
        this.office.redraw();
      }
      toast(`${plural(bulk.done, 'finding')} mended${bulk.refused ? `, ${bulk.refused} left alone` : ''}.`);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      toast(`Stopped after ${plural(bulk.done, 'finding')}. ${error.message}`, 'bad');
    }
    this.#bulk = null;
    void this.load();
  }
}

/**
 * False where the audit's finding does not hold any more.
 * @param {FindingView} finding
 * @param {string} staffName
 */
async function mended(finding, staffName) {
  try {
    await REPAIRS[finding.kind].send(finding, staffName);
    return true;
  } catch (error) {
    if (error instanceof ApiError && (error.status === 409 || error.status === 404)) return false;
    throw error;
  }
}
