/**
 * A job's picture, or what stands for it.
 * @import {JobCard} from '../contract.d.ts'
 */
import { html } from '../lib/html.js';
import { thumbnails } from '../lib/thumbnails.js';
import { icons } from './icons.js';

const PLACEHOLDERS = { pending: 'The picture is being made', ready: 'No picture', failed: 'No picture' };

/** @param {JobCard} job */
export const thumbnail = (job) => {
  const url = thumbnails.urlOf(job);
  if (!url) {
    const { state } = job.thumbnail;
    const waiting = state === 'pending' ? 'thumb-waiting' : '';
    return html`<div class="thumb ${waiting}" role="img" aria-label=${PLACEHOLDERS[state]}>${icons.cube}</div>`;
  }
  return html`<div class="thumb"><img src=${url} alt="Model of ${job.display_name}" width="96" height="96" loading="lazy"
    decoding="async" @error=${() => thumbnails.failed(job)}></div>`;
};
