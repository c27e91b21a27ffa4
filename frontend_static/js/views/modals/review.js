/**
 * @import {SpecMaker} from './action.js'
 */
import { html } from '../../lib/html.js';
import { offers } from './allowed.js';

/** @type {SpecMaker} */
export const review = () => ({
  title: 'Mark as reviewed',
  submitLabel: 'Mark as reviewed',
  tone: 'primary',
  path: 'review',
  allowed: offers('review'),
  body: () => html`<p>The job keeps its place in Uploaded and loses its NEW badge.</p>`,
  read: () => ({ reviewed: true }),
  done: (job) => `Reviewed: ${job.display_name}`,
});

/** @type {SpecMaker} */
export const unreview = () => ({
  title: 'Mark as not reviewed',
  submitLabel: 'Mark as new',
  tone: 'primary',
  path: 'review',
  allowed: offers('unreview'),
  body: () => html`<p>The job gets its NEW badge back, so that someone looks at it again.</p>`,
  read: () => ({ reviewed: false }),
  done: (job) => `New again: ${job.display_name}`,
});
