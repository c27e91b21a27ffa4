/**
 * What an opened card shows beyond its face.
 * @import {CandidateFile, Catalog, JobCard, JobView, Note, Payment} from '../contract.d.ts'
 * @import {Details} from '../lib/queue.js'
 * @import {CardContext} from './card_button.js'
 * @import {Button} from './modals/index.js'
 */
import { dateTime, fileFacts, money, weight } from '../lib/format.js';
import { html, nothing } from '../lib/html.js';
import { isModel } from '../lib/model_names.js';
import { actionButton } from './card_button.js';
import { historyView } from './history.js';
import { icons } from './icons.js';
import { meshView } from './mesh.js';
import { note, openFile } from './modals/index.js';
import { notice } from './notice.js';
import { platePicture, slicingLine } from './slicing.js';
import { nameOf } from './staff_name.js';

/**
 * @param {JobCard} card
 * @param {Details | undefined} details
 * @param {Button[]} buttons
 * @param {CardContext} context
 */
export const detailsView = (card, details, buttons, context) => (details ? html`
  <div class="details">
    ${buttons.length
      ? html`<div class="card-actions">${buttons.map((button) => actionButton(button, card, context.commands))}</div>`
      : nothing}
    ${details.error ? failure(details.error, () => context.commands.retryDetails(card)) : nothing}
    ${details.job ? sections(details.job, details.files, context) : nothing}
  </div>` : loadingView);

/** Little, because all cards may be opened at once; those out of sight stay like this. */
const loadingView = html`<div class="details"><p class="soft" role="status">Loading the details…</p></div>`;

/**
 * @param {string} error
 * @param {() => void} onRetry
 */
const failure = (error, onRetry) => notice('bad', 'The details could not be loaded', error, html`
  <p><button class="button" type="button" @click=${onRetry}>Try again</button></p>`);

/**
 * @param {JobView} job
 * @param {CandidateFile[]} files
 * @param {CardContext} context
 */
const sections = (job, files, context) => html`
  ${jobSection(job, context)}
  ${job.status === 'REJECTED' ? rejectionSection(job) : nothing}
  ${job.payment ? paymentSection(job.payment, context) : nothing}
  <section><h4>Model</h4>${meshView(job)}</section>
  ${filesSection(job, files, context)}
  ${notesSection(job, context)}
  <section><h4>History</h4>${historyView(job.events, context.inactive, context.catalog)}</section>`;

/**
 * @param {JobView} job
 * @param {Catalog} catalog
 */
const materialName = (job, catalog) => {
  const name = catalog.materials.find(({ id }) => id === job.material)?.name ?? job.material;
  return name?.includes(job.method) ? name : [job.method, name].filter(Boolean).join(', ');
};

/**
 * @param {JobView} job
 * @param {CardContext} context
 */
const jobSection = (job, { catalog }) => html`
  <section>
    <h4>Job</h4>
    <dl class="facts">
      <dt>Number</dt><dd class="mono">${job.short_id}</dd>
      <dt>E-mail</dt><dd><a href="mailto:${job.student_email}">${job.student_email}</a></dd>
      <dt>Class</dt><dd>${job.class_number}</dd>
      <dt>Material</dt><dd>${materialName(job, catalog)}</dd>
      <dt>Submitted</dt><dd><time datetime=${job.created_at}>${dateTime(job.created_at)}</time></dd>
      <dt>${job.status_label} since</dt><dd><time datetime=${job.status_entered_at}>${dateTime(job.status_entered_at)}</time></dd>
      ${confirmationRows(job)}
    </dl>
  </section>`;

/** @param {JobView} job */
const confirmationRows = ({ confirmation, status }) => {
  if (confirmation.confirmed_at) return html`<dt>Confirmed</dt><dd>${dateTime(confirmation.confirmed_at)}</dd>`;
  if (status !== 'PENDING' || !confirmation.expires_at) return nothing;
  return html`
    <dt>Link ${confirmation.expired ? 'expired' : 'works until'}</dt><dd>${dateTime(confirmation.expires_at)}</dd>
    ${confirmation.last_sent_at ? html`<dt>Mail sent</dt><dd>${dateTime(confirmation.last_sent_at)}</dd>` : nothing}`;
};

/** @param {JobView} job */
const rejectionSection = (job) => html`
  <section>
    <h4>Rejected because</h4>
    <ul class="rows">
      ${[...job.reject_reasons, job.custom_reason].filter(Boolean).map((reason) => html`<li>${reason}</li>`)}
    </ul>
  </section>`;

/**
 * @param {Payment} payment
 * @param {CardContext} context
 */
const paymentSection = (payment, { inactive }) => html`
  <section>
    <h4>Payment ${payment.voided ? html`<span class="badge badge-red">Void</span>` : nothing}</h4>
    <dl class="facts">
      <dt>Paid</dt><dd><b>${money(payment.price_cents)}</b> for ${weight(payment.grams)}</dd>
      <dt>Transaction</dt><dd class="mono">${payment.txn_no}</dd>
      <dt>Picked up by</dt><dd>${payment.picked_up_by}</dd>
      <dt>Recorded</dt><dd>${dateTime(payment.paid_ts)} by ${nameOf(payment.paid_by_staff, inactive)}</dd>
    </dl>
  </section>`;

/**
 * @param {JobView} job
 * @param {CandidateFile[]} files
 * @param {CardContext} context
 */
const filesSection = (job, files, { commands }) => html`
  <section>
    <h4>Files</h4>
    <ul class="rows">${files.map((file) => html`
      <li>
        ${platePicture(file)}
        <span class="row-text">${file.name}
          ${file.name === job.authoritative_filename && job.status !== 'UPLOADED'
            ? html`<span class="badge badge-green">To print</span>` : nothing}
          <br><span class="soft">${fileFacts(file)}${slicingLine(file)}</span>
        </span>
        <span class="row-actions">
          ${isModel(file.name) ? html`
            <button class="button" type="button" aria-label="3D view: ${file.name}" @click=${() => commands.view(job, file.name)}>
              ${icons.cube} 3D view
            </button>` : nothing}
          <button class="button" type="button" aria-label="Open file ${file.name} in the slicer"
            @click=${() => commands.act(openFile(file.name), job)}>${icons.open} Open file</button>
          <button class="button" type="button" aria-label="Download ${file.name}" @click=${() => commands.download(job, file.name)}>
            ${icons.download} Download
          </button>
        </span>
      </li>`)}
    </ul>
  </section>`;

/**
 * @param {JobView} job
 * @param {CardContext} context
 */
const notesSection = (job, { commands, inactive }) => html`
  <section>
    <h4>Notes</h4>
    ${job.notes.length
      ? html`<ul class="rows notes">${job.notes.map((item) => noteView(item, inactive))}</ul>`
      : html`<p class="soft">No notes yet.</p>`}
    <p><button class="button" type="button" @click=${() => commands.act(note, job)}>${icons.note} Add a note</button></p>
  </section>`;

/**
 * @param {Note} item
 * @param {ReadonlySet<string>} inactive
 */
const noteView = ({ at, staff_name: name, text }, inactive) => html`
  <li>
    <p class="note-text">${text}</p>
    <p class="soft">${nameOf(name, inactive)}, <time datetime=${at}>${dateTime(at)}</time></p>
  </li>`;
