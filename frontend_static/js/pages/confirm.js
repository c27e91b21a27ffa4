/**
 * The page behind the link in the approval mail. Opening it changes nothing; the button confirms.
 * @import {ConfirmView} from '../contract.d.ts'
 * @import {Fragment, TemplateResult} from '../lib/html.js'
 */
import { ApiError } from '../lib/api.js';
import { now } from '../lib/clock.js';
import { dateTime, dimensions, money, printTime, span, weight } from '../lib/format.js';
import { html, nothing, render } from '../lib/html.js';
import { confirmJob, getConfirmation } from '../lib/student_api.js';
import { failed, loading, message } from '../views/message.js';
import { notice } from '../views/notice.js';
import { colorName } from '../views/swatch.js';

const place = /** @type {HTMLElement} */ (document.getElementById('view'));
const token = new URLSearchParams(location.search).get('token') ?? '';

/** @param {TemplateResult} template */
const show = (template) => render(template, place);

/**
 * @param {ConfirmView} job
 * @param {Fragment} [first] rows that come before
 */
const facts = (job, first = nothing) => html`
  <dl class="facts">
    ${first}
    <dt>Job</dt><dd class="mono">${job.short_id}</dd>
    <dt>Your file</dt><dd>${job.original_filename}</dd>
    ${job.size_mm === null ? nothing : html`<dt>Size</dt><dd class="numbers">${dimensions(job.size_mm)}</dd>`}
    <dt>Method</dt><dd>${job.method}</dd>
    ${job.material_name === null ? nothing : html`<dt>Material</dt><dd>${job.material_name}</dd>`}
    <dt>Color</dt><dd>${colorName(job.color)}</dd>
    <dt>Printer</dt><dd>${job.printer_name}</dd>
    ${job.weight_g === null ? nothing : html`<dt>Weight</dt><dd>${weight(job.weight_g)}</dd>`}
    ${job.time_hours === null ? nothing : html`<dt>Printing time</dt><dd>about ${printTime(job.time_hours)}</dd>`}
  </dl>`;

/**
 * @param {ConfirmView} job
 * @param {{busy?: boolean, error?: string}} [state]
 */
const question = (job, { busy = false, error = '' } = {}) => html`
  <section class="panel message">
    <h1>Confirm your print</h1>
    <p class="lead">Hello ${job.student_name}, your model is ready to be printed.</p>
    <div>
      <p class="soft">Price</p>
      <p class="price numbers">${money(job.cost_cents ?? 0)}</p>
    </div>
    ${facts(job)}
    ${error ? notice('bad', 'Not confirmed', error) : nothing}
    <button class="button button-primary button-large" type="button" ?disabled=${busy} @click=${() => confirm(job)}>
      ${busy ? html`<span class="spinner"></span> Confirming…` : `Confirm for ${money(job.cost_cents ?? 0)}`}
    </button>
    <p>
      We print exactly this file: check its ${job.size_mm === null ? 'scale' : 'size'} before you confirm.
      If anything is not as you want it, do nothing, or ask at the lab: what is not confirmed is neither printed nor charged.
    </p>
    <p class="field-hint">
      You pay when you pick it up.
      ${job.expires_at ? html`The link works until ${dateTime(job.expires_at)}${leftOf(job.expires_at)}.` : nothing}
    </p>
  </section>`;

/** @param {string} until */
const leftOf = (until) => (Date.parse(until) > now() ? `, ${span(Date.parse(until) - now())} from now` : '');

/** @param {ConfirmView} job */
const titleOf = ({ status }) => (status === 'READYTOPRINT' ? 'Your print is in the queue' : 'This print is already confirmed');

/** @param {ConfirmView} job */
const confirmed = (job) => message('good', titleOf(job), html`
  <p>Confirmed, thank you. There is nothing more to do: we write to you when it can be picked up.</p>
  ${facts(job, html`
    <dt>Status</dt><dd><b>${job.status_label}</b></dd>
    ${job.cost_cents === null ? nothing : html`<dt>Price</dt><dd>${money(job.cost_cents)}</dd>`}`)}
  <p><a class="button" href=${job.tracking_url}>Track this print</a></p>`);

/** @param {string} text */
const settled = (text) => message('info', 'Nothing to confirm', html`
  <p>${text}</p>
  <p class="soft">The tracking link in our first mail shows where your print is.</p>`);

const invalid = () => show(message('bad', 'This link does not work', html`
  <p>Part of it may have been cut off. Open it again from the mail, or copy the whole address.</p>
  <p class="soft">If it still does not work, ask at the lab's front desk.</p>`));

/** @param {string} jobId */
const expiredPage = (jobId) => `/confirm/expired?job_id=${encodeURIComponent(jobId)}`;

/** @param {string | undefined} jobId */
const superseded = (jobId) => show(message('warn', 'There is a newer link', html`
  <p>We have sent you another mail since. Use the link in the latest one; older links no longer work.</p>
  ${jobId ? html`<p><a class="button" href=${expiredPage(jobId)}>I cannot find it</a></p>` : nothing}`));

/**
 * Answers that close the link, whatever was asked.
 * @param {ApiError} error
 * @returns {boolean} whether the page has been dealt with
 */
function showClosed(error) {
  const { reason, job_id: jobId } = error.details;
  if (error.status === 410 && reason === 'superseded') superseded(jobId);
  else if (error.status === 410) location.replace(expiredPage(jobId ?? ''));
  else if (error.status === 404 || error.status === 400) invalid();
  else if (error.code === 'conflict') show(settled(error.message));
  else return false;
  return true;
}

async function load() {
  if (!token) {
    invalid();
    return;
  }
  show(loading('Loading your print…'));
  try {
    const job = await getConfirmation(token);
    show(job.already_confirmed ? confirmed(job) : question(job));
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (!showClosed(error)) show(failed(error.message, load));
  }
}

/** @param {ConfirmView} job */
async function confirm(job) {
  show(question(job, { busy: true }));
  try {
    show(confirmed(await confirmJob(token)));
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (!showClosed(error)) show(question(job, { error: reasonOf(error) }));
  }
  // The button that had the focus is gone or was off for a while; the answer stands at the top.
  document.getElementById('main')?.focus();
}

/** @param {ApiError} error */
const reasonOf = (error) => error.code === 'locked'
  ? 'Someone at the lab has this job open right now. Please try again in a few minutes.'
  : error.message;

void load();
