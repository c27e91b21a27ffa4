/**
 * A page's one message: a mark, a heading, and what follows.
 * @import {Fragment, TemplateResult} from '../lib/html.js'
 */
import { html } from '../lib/html.js';
import { icons } from './icons.js';

const MARKS = { good: icons.check, warn: icons.clock, bad: icons.alert, info: icons.info };

/**
 * @param {keyof typeof MARKS} tone
 * @param {string} title
 * @param {Fragment} body
 */
export const message = (tone, title, body) => html`
  <section class="panel message">
    <span class="message-mark ${tone}">${MARKS[tone]}</span>
    <h1>${title}</h1>
    ${body}
  </section>`;

/** @param {string} label */
export const loading = (label) => html`
  <section class="panel message" aria-busy="true">
    <span class="message-mark"><span class="spinner"></span></span>
    <p role="status">${label}</p>
  </section>`;

/**
 * @param {string} text
 * @param {() => void} onRetry
 * @returns {TemplateResult}
 */
export const failed = (text, onRetry) => message('bad', 'This could not be loaded', html`
  <p role="alert">${text}</p>
  <button class="button button-primary" type="button" @click=${onRetry}>Try again</button>`);
