/**
 * How far a submission is, and how it ended.
 * @import {Progress, Stage} from '../lib/submission.js'
 * @import {Outcome} from '../lib/submission_outcome.js'
 */
import { fileSize } from '../lib/format.js';
import { html, nothing } from '../lib/html.js';
import { notice } from './notice.js';

/**
 * Where each stage begins and ends on the bar, in percent; the upload takes nearly all the time.
 * @type {Record<Stage, [number, number]>}
 */
const SPANS = { hashing: [0, 8], announcing: [8, 10], uploading: [10, 92], checking: [92, 98] };

/** @param {Progress} progress */
const percentOf = ({ stage, share }) => Math.round(SPANS[stage][0] + (SPANS[stage][1] - SPANS[stage][0]) * share);

/** @type {Record<Stage, string>} */
const LABELS = {
  hashing: 'Preparing the file…',
  announcing: 'Checking your entries…',
  uploading: 'Uploading…',
  checking: 'Checking the model…',
};

/**
 * @param {Progress} progress
 * @param {File} file
 * @param {() => void} onCancel
 */
export const progressView = (progress, file, onCancel) => html`
  <div class="panel upload">
    <div class="upload-row">
      <p role="status"><b id="upload-stage">${LABELS[progress.stage]}</b></p>
      <p class="soft numbers">
        ${progress.stage === 'uploading' ? html`${fileSize(file.size * progress.share)} of ${fileSize(file.size)}` : nothing}
      </p>
    </div>
    <progress class="progress" max="100" .value=${percentOf(progress)} aria-labelledby="upload-stage"></progress>
    <div class="upload-row">
      <p class="field-hint">Please keep this page open.</p>
      <button class="button" type="button" @click=${onCancel}>Cancel</button>
    </div>
  </div>`;

/**
 * @param {Outcome} outcome
 * @param {() => void} onRetry
 */
export const outcomeView = (outcome, onRetry) => notice(outcome.tone, outcome.title, outcome.text, outcome.retry
  ? html`<p><button class="button" type="button" @click=${onRetry}>Try again</button></p>` : nothing);
