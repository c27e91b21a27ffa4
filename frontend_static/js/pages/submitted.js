/** The page after a submission: the job's numbers and what happens next. */
import { html, nothing, render } from '../lib/html.js';
import { recallSubmitted } from '../lib/submitted_job.js';
import { fileName } from '../views/file_name.js';
import { icons } from '../views/icons.js';

const view = /** @type {HTMLElement} */ (document.getElementById('view'));
const id = new URLSearchParams(location.search).get('job') ?? '';
const job = recallSubmitted(id);

const numbers = () => html`
  <dl class="facts">
    ${job ? html`<dt>Job</dt><dd class="short-id">${job.short_id}</dd>` : nothing}
    ${id ? html`<dt>Job ID</dt><dd class="mono">${id}</dd>` : nothing}
    ${job ? html`<dt>File</dt><dd>${fileName(job.display_name)}</dd>` : nothing}
  </dl>`;

const nextSteps = () => html`
  <section class="panel message" aria-labelledby="next">
    <h2 id="next">What happens next</h2>
    <p>Your submission is now with staff for review. You will receive an email if it's rejected or approved, asking for
      your final confirmation before printing.</p>
    <ol class="steps">
      <li><span>We check your model and work out its price.</span></li>
      <li><span>You get an e-mail with the price and a link. <b>Nothing is printed before you confirm.</b></span></li>
      <li><span>We print it and write to you when it can be picked up.</span></li>
    </ol>
  </section>`;

render(html`
  <section class="panel message">
    <span class="message-mark good">${icons.check}</span>
    <h1>${id ? 'Your model is with us' : 'No submission here'}</h1>
    ${id ? numbers() : html`<p>This page is shown right after a submission.</p>`}
    <p class="actions">
      ${job ? html`<a class="button button-primary" href=${job.tracking_url}>Track this print</a>` : nothing}
      <a class="button" href="/">Submit ${id ? 'another model' : 'a print'}</a>
    </p>
    ${job ? html`<p class="field-hint">The link to this print's progress is also in the mail that we have just sent you.</p>` : nothing}
  </section>
  ${id ? nextSteps() : nothing}`, view);
