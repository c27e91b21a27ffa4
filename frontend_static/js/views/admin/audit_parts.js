/**
 * The audit's state, and one of its findings.
 * @import {AuditReport, FindingView} from '../../contract.d.ts'
 */
import { REPAIRS, subjectOf } from '../../lib/admin/repairs.js';
import { dateTime, plural } from '../../lib/format.js';
import { html, nothing } from '../../lib/html.js';

/**
 * @param {AuditReport | null} report
 * @param {() => void} onStart
 */
export const auditHead = (report, onStart) => html`
  <section class="panel section-panel">
    <div class="section-line">
      <div>
        <h2>${titleOf(report)}</h2>
        ${report?.started_at ? html`<p class="soft">Started ${dateTime(report.started_at)} by ${report.requested_by}${
          report.finished_at ? html`, finished ${dateTime(report.finished_at)}` : nothing}.
            ${plural(report.jobs_seen, 'job')} and ${
          plural(report.objects_seen, 'file')} seen.</p>` : nothing}
      </div>
      <button class="button button-primary" type="button" ?disabled=${report?.state === 'running'}
        @click=${onStart}>Start an audit…</button>
    </div>
    ${report?.state === 'running' ? html`
      <progress class="progress" max=${report.places} .value=${report.places_done}
        aria-label="Progress of the audit"></progress>
      <p class="soft" role="status">${report.places_done} of ${report.places} places looked at</p>` : nothing}
  </section>`;

/** @param {AuditReport | null} report */
function titleOf(report) {
  if (!report || report.state === 'none') return 'No audit has been made yet';
  if (report.state === 'running') return 'An audit is running';
  if (report.state === 'failed') return 'The last audit did not come to its end';
  return report.total ? `The last audit found ${plural(report.total, 'thing')}` : 'The last audit found nothing';
}

/**
 * @param {FindingView} finding
 * @param {() => void} onMend
 */
export const findingRow = (finding, onMend) => {
  const { kinds, label } = REPAIRS[finding.kind];
  return html`
    <li>
      <div class="row-text">
        <span class="badge">${kinds}</span>
        <p><b>${subjectOf(finding)}</b></p>
        <p class="soft">${finding.message}</p>
        ${finding.mended_at ? html`<p class="badge badge-green">Mended by ${finding.mended_by ?? 'somebody'},
          ${dateTime(finding.mended_at)}</p>` : nothing}
      </div>
      ${finding.mended_at ? nothing : html`
        <button class="button" type="button" aria-label=${`${label}: ${subjectOf(finding)}…`}
          @click=${onMend}>${label}…</button>`}
    </li>`;
};
