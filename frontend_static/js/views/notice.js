/**
 * A message in the page: what happened and what can be done.
 * @import {Fragment} from '../lib/html.js'
 */
import { html, nothing } from '../lib/html.js';
import { icons } from './icons.js';

const ICONS = { info: icons.info, good: icons.check, warn: icons.alert, bad: icons.alert };

/**
 * @param {'info' | 'good' | 'warn' | 'bad'} tone
 * @param {string} title
 * @param {Fragment | string} [text]
 * @param {Fragment} [actions] buttons
 */
export const notice = (tone, title, text = nothing, actions = nothing) => html`
  <div class="notice notice-${tone}" role=${tone === 'bad' || tone === 'warn' ? 'alert' : 'status'}>
    ${ICONS[tone]}
    <div class="notice-body">
      <p class="notice-title">${title}</p>
      ${text === nothing ? nothing : html`<div>${text}</div>`}
      ${actions}
    </div>
  </div>`;
