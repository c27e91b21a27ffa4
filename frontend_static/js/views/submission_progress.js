/**
 * How far a submission is, and how it ended.
 * @import {Progress, Stage} from '../lib/submission.js'
 * @import {Outcome} from '../lib/submission_outcome.js'
 */
import { fileSize, duration } from '../lib/format.js';
import { html, nothing } from '../lib/html.js';
import { createRate } from '../lib/transfer_rate.js';
import { notice } from './notice.js';

/**
 * Where each stage begins and ends on the bar, in percent; the upload takes nearly all the time.
 * @type {Record<Exclude<Stage, 'waiting'>, [number, number]>}
 */
const SPANS = { hashing: [0, 8], announcing: [8, 10], uploading: [10, 92], checking: [92, 98] };

/** @type {Record<Stage, string>} */
const LABELS = {
  hashing: 'Preparing the file…',
  announcing: 'Checking your entries…',
  uploading: 'Uploading…',
  checking: 'Checking the model…',
  waiting: 'The connection is lost',
};

/**
 * Draws the progress of one submission.
 * @param {File} file
 * @param {{cancel: () => void, tryNow: () => void}} on
 */
export function createProgressView(file, on) {
  const rate = createRate();
  let percent = 0;

  return (/** @type {Progress} */ { stage, share }) => {
    if (stage !== 'waiting') percent = Math.round(SPANS[stage][0] + (SPANS[stage][1] - SPANS[stage][0]) * share);
    const speed = stage === 'uploading' ? rate.after(file.size * share, file.size) : null;
    return html`
      <div class="panel upload">
        <div class="upload-row">
          <p role="status"><b id="upload-stage">${LABELS[stage]}</b></p>
          <p class="soft numbers">${stage === 'uploading' ? amountView(file, share, speed) : nothing}</p>
        </div>
        <progress class="progress" max="100" .value=${percent} aria-labelledby="upload-stage"></progress>
        <div class="upload-row">
          <p class="field-hint">${stage === 'waiting'
            ? 'Nothing is lost. It goes on by itself as soon as there is a connection again.' : 'Please keep this page open.'}</p>
          <p class="actions">
            ${stage === 'waiting' ? html`<button class="button" type="button" @click=${on.tryNow}>Try now</button>` : nothing}
            <button class="button" type="button" @click=${on.cancel}>Cancel</button>
          </p>
        </div>
      </div>`;
  };
}

/**
 * @param {File} file
 * @param {number} share
 * @param {{perSecond: number, secondsLeft: number} | null} speed
 */
const amountView = (file, share, speed) => html`
  ${fileSize(file.size * share)} of ${fileSize(file.size)}${speed
    ? `, ${fileSize(speed.perSecond)}/s, ${duration(speed.secondsLeft)} left` : nothing}`;

/**
 * @param {Outcome} outcome
 * @param {() => void} onRetry
 */
export const outcomeView = (outcome, onRetry) => notice(outcome.tone, outcome.title, outcome.text, outcome.retry
  ? html`<p><button class="button" type="button" @click=${onRetry}>Try again</button></p>` : nothing);
