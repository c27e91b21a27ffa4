/**
 * Where a print is. The page refreshes itself while it is looked at.
 * @import {Status, TimelineStep, TrackView} from '../contract.d.ts'
 */
import { ApiError } from '../lib/api.js';
import { now } from '../lib/clock.js';
import { dateTime, day, money, plural, timeOfDay } from '../lib/format.js';
import { html, nothing, render } from '../lib/html.js';
import { startPolling } from '../lib/polling.js';
import { SETTLED } from '../lib/status.js';
import { getTracking } from '../lib/student_api.js';
import { fileName } from '../views/file_name.js';
import { failed, loading, message } from '../views/message.js';
import { notice } from '../views/notice.js';

const REFRESH_MS = 60_000;

const place = /** @type {HTMLElement} */ (document.getElementById('view'));
const token = new URLSearchParams(location.search).get('token') ?? '';

/** What is shown, kept through a refresh that fails. @type {TrackView | null} */
let shown = null;
/** When that was true, ms. */
let shownAt = 0;

/** What will happen at a station, for those who do not know the lab's words. @type {Partial<Record<Status, string>>} */
const AHEAD = {
  PENDING: 'We send you the price, and you confirm it.',
  READYTOPRINT: 'It waits for a free printer.',
  PRINTING: 'The printer makes it.',
  COMPLETED: 'We write to you: it can be picked up.',
  PAIDPICKEDUP: 'You pay at the lab and take it with you.',
};

/** @param {TimelineStep} step */
const stepView = (step) => html`
  <li class=${step.current ? 'current' : step.at ? 'done' : 'ahead'} aria-current=${step.current ? 'step' : nothing}>
    <div>
      <b>${step.status_label}</b>
      ${step.current ? html`<span class="visually-hidden">(now)</span>` : nothing}
      <p class="soft">${step.at ? html`<time datetime=${step.at}>${dateTime(step.at)}</time>` : AHEAD[step.status]}</p>
    </div>
  </li>`;

/** @param {number} position */
const queueView = (position) => position <= 1
  ? 'Yours is next in the queue.'
  : `${plural(position - 1, 'print')} ${position === 2 ? 'is' : 'are'} before yours in the queue.`;

/** @param {NonNullable<TrackView['estimate']>} estimate */
const estimateView = ({ earliest, latest, finished_lately: finished, days }) => {
  const [first, last] = [day(earliest), day(latest)];
  return html`<p>Probably finished ${first === last ? first : `between ${first} and ${last}`}.
    <span class="soft">An estimate: the lab finished ${plural(finished, 'print')} in the last ${days} days.</span></p>`;
};

/** @param {TrackView} job */
const outlookView = ({ queue_position: position, estimate }) => {
  if (position === null && !estimate) return nothing;
  const title = position === null ? 'Your print is being made.' : queueView(position);
  return notice('info', title, estimate ? estimateView(estimate) : nothing);
};

/** @param {string[]} reasons */
const reasonsView = (reasons) => notice('warn', 'Why it was not accepted', html`
  <ul class="bullets">${reasons.map((reason) => html`<li>${reason}</li>`)}</ul>`,
  html`<p>Mend the model and <a href="/">submit it again</a>.</p>`);

/** @param {TrackView} job */
const priceRow = ({ cost_cents: cents, paid_cents: paid, status }) => {
  if (paid !== null) return html`<dt>Paid</dt><dd>${money(paid)}</dd>`;
  if (cents !== null) return html`<dt>Price</dt><dd>${money(cents)}</dd>`;
  return status === 'UPLOADED' ? html`<dt>Price</dt><dd>known when we have checked your model</dd>` : nothing;
};

/**
 * @param {TrackView} job
 * @param {string} problem  why it could not be refreshed
 */
const trackView = (job, problem = '') => html`
  <div class="page-head">
    <h1>${job.status_label}</h1>
    <p class="lead">${job.message}</p>
  </div>
  ${problem ? notice('warn', `This is how it was at ${shownTime()}`, `${problem} The page goes on trying by itself.`) : nothing}
  ${job.reject_reasons.length ? reasonsView(job.reject_reasons) : nothing}
  ${outlookView(job)}
  <section class="panel message" aria-labelledby="steps-title">
    <h2 id="steps-title">Your print</h2>
    <dl class="facts">
      <dt>Job</dt><dd class="short-id">${job.short_id}</dd>
      <dt>File</dt><dd>${fileName(job.display_name)}</dd>
      <dt>Submitted</dt><dd><time datetime=${job.created_at}>${dateTime(job.created_at)}</time></dd>
      ${priceRow(job)}
    </dl>
    <ol class="timeline" aria-label="Progress">${job.timeline.map(stepView)}</ol>
    ${SETTLED.has(job.status) ? nothing : html`
      <p class="field-hint" aria-live="off">As of ${shownTime()}. This page refreshes itself.</p>`}
  </section>`;

const shownTime = () => timeOfDay(new Date(shownAt).toISOString());

const invalidView = () => message('bad', 'This link does not work', html`
  <p>Part of it may have been cut off. Open it again from our first mail, or copy the whole address.</p>`);

async function refresh() {
  try {
    shown = await getTracking(token);
    shownAt = now();
    document.title = `${shown.status_label} · ${shown.short_id} · PrintLab`;
    render(trackView(shown), place);
    if (SETTLED.has(shown.status)) polling?.stop();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.status === 404 || error.status === 400) render(invalidView(), place);
    else render(shown ? trackView(shown, error.message) : failed(error.message, load), place);
  }
}

async function load() {
  render(loading('Looking for your print…'), place);
  await refresh();
}

const polling = token ? startPolling(refresh, REFRESH_MS, Infinity) : null;
if (polling) void load();
else render(invalidView(), place);
