/** How fresh a page is, and the button that refreshes it. */
import { timeOfDay } from '../lib/format.js';
import { html, nothing } from '../lib/html.js';
import { icons } from './icons.js';

/**
 * @typedef {Object} Freshness
 * @property {number | null} updatedAt  ms, null before the first answer
 * @property {string} error             of the last refresh
 * @property {boolean} loading
 */

/**
 * @param {Freshness} state
 * @param {() => void} refresh
 */
export const freshness = ({ updatedAt, error, loading }, refresh) => html`
  <p class="updated numbers ${error ? 'stale' : ''}" role=${error ? 'alert' : nothing}>
    ${error ? 'Not up to date.' : nothing}
    ${updatedAt ? `Updated ${timeOfDay(new Date(updatedAt).toISOString())}` : nothing}
  </p>
  <button class="button button-quiet button-icon" type="button" aria-label="Refresh now" @click=${refresh}>
    ${loading ? html`<span class="spinner"></span>` : icons.refresh}
  </button>`;
