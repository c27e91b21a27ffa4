/**
 * The dashboard's head: where we are, how fresh the page is, and the way out.
 * @import {QueueState} from '../lib/queue.js'
 */
import { timeOfDay } from '../lib/format.js';
import { html, nothing } from '../lib/html.js';
import { icons } from './icons.js';

/**
 * @param {Pick<QueueState, 'me' | 'updatedAt' | 'error' | 'loading'>} state
 * @param {{refresh: () => void, logOut: () => void}} commands
 */
export const topbar = ({ me, updatedAt, error, loading }, { refresh, logOut }) => html`
  <header class="topbar">
    <a class="brand" href="/dashboard"><img src="/favicon.svg" alt="" width="28" height="28"><span>PrintLab</span></a>
    <p class="topbar-place">
      <span class="visually-hidden">Workstation:</span> ${me.display_name}
      ${me.role === 'admin' ? html`<span class="badge badge-accent">Admin</span>` : nothing}
    </p>
    <div class="topbar-end">
      <p class="updated numbers ${error ? 'stale' : ''}" role=${error ? 'alert' : nothing}>
        ${error ? 'Not up to date.' : nothing}
        ${updatedAt ? `Updated ${timeOfDay(new Date(updatedAt).toISOString())}` : nothing}
      </p>
      <button class="button button-quiet button-icon" type="button" aria-label="Refresh now" @click=${refresh}>
        ${loading ? html`<span class="spinner"></span>` : icons.refresh}
      </button>
      <button class="button button-quiet" type="button" @click=${logOut}>${icons.logout} Log out</button>
    </div>
  </header>`;
