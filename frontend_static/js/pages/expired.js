/**
 * The page of a confirmation link that has run out: a new one can be had once an hour.
 * @import {ExpiredView} from '../contract.d.ts'
 */
import { ApiError } from '../lib/api.js';
import { now } from '../lib/clock.js';
import { countdown } from '../lib/format.js';
import { html, nothing, render } from '../lib/html.js';
import { getExpired, resendConfirmation } from '../lib/student_api.js';
import { failed, loading, message } from '../views/message.js';
import { notice } from '../views/notice.js';

const place = /** @type {HTMLElement} */ (document.getElementById('view'));
const jobId = new URLSearchParams(location.search).get('job_id') ?? '';

/**
 * @typedef {Object} State
 * @property {ExpiredView} job
 * @property {boolean} busy
 * @property {string} sent   the server's words after a resend
 * @property {string} error
 */

/** @type {State | null} */
let state = null;

/** Milliseconds until the next mail may be asked for. */
const wait = () => {
  const next = state?.job.next_resend_at;
  return next ? Math.max(0, Date.parse(next) - now()) : 0;
};

/** @param {Partial<State>} changes */
function update(changes) {
  if (!state) return;
  state = { ...state, ...changes };
  draw();
}

function draw() {
  if (!state) return;
  render(state.job.awaiting_confirmation ? expiredView(state) : settledView(state.job), place);
}

/** @param {State} state */
const expiredView = ({ job, busy, sent, error }) => message('warn', 'Your confirmation link has expired', html`
  <p>For your safety, links to confirm a print work for a limited time. Job <b class="mono">${job.short_id}</b> is still waiting
    for you: ask for a new link and open it from the mail.</p>
  ${sent ? notice('good', 'Mail on its way', sent) : nothing}
  ${error ? notice('bad', 'No mail was sent', error) : nothing}
  <button class="button button-primary button-large" type="button" ?disabled=${busy || wait() > 0} @click=${resend}>
    ${busy ? html`<span class="spinner"></span> Sending…` : html`<span>Resend confirmation <span class="nowrap">e-mail</span></span>`}
  </button>
  ${wait() > 0
    ? html`<p class="field-hint">You can ask again in <span class="numbers" role="timer">${countdown(wait())}</span>.
        Look into your spam folder meanwhile.</p>`
    : html`<p class="field-hint">A new link can be sent once an hour.</p>`}`);

/** @param {ExpiredView} job */
const settledView = (job) => message('info', 'Nothing to confirm', html`
  <p>Job <b class="mono">${job.short_id}</b> is not waiting for a confirmation. The tracking link in our first mail
    shows where it is.</p>`);

const unknownView = () => message('bad', 'This link does not work', html`
  <p>We do not know this job. Open the link again from the mail; part of it may have been cut off.</p>`);

async function load() {
  if (!jobId) {
    render(unknownView(), place);
    return;
  }
  render(loading('Loading…'), place);
  try {
    state = { job: await getExpired(jobId), busy: false, sent: '', error: '' };
    draw();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    render(error.status === 404 || error.status === 400 ? unknownView() : failed(error.message, load), place);
  }
}

async function resend() {
  if (!state) return;
  const { job } = state;
  update({ busy: true, error: '', sent: '' });
  try {
    const answer = await resendConfirmation(job.job_id);
    update({ busy: false, sent: answer.message, job: { ...job, next_resend_at: answer.next_allowed_at } });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    refused(job, error);
  }
}

/**
 * @param {ExpiredView} job
 * @param {ApiError} error
 */
function refused(job, error) {
  const seconds = error.details.retry_after;
  const next = seconds ? new Date(now() + seconds * 1_000).toISOString() : job.next_resend_at;
  const awaiting = error.status !== 409;
  update({ busy: false, error: error.message, job: { ...job, next_resend_at: next, awaiting_confirmation: awaiting } });
}

// The countdown; lit changes nothing in the page but the figure.
setInterval(() => {
  if (state?.job.next_resend_at) draw();
}, 1_000);
void load();
