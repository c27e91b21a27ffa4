/**
 * The administration: navigation on the side, one section beside it.
 * @import {Section} from '../../lib/admin/section.js'
 */
import { html, nothing } from '../../lib/html.js';
import { icons } from '../icons.js';
import { SECTIONS } from './sections.js';

/**
 * @param {{id: string, label: string, intro: string}} current
 * @param {Section} section
 * @param {(id: string) => void} go
 * @param {(id: string) => boolean} isDirty
 */
export const adminScreen = (current, section, go, isDirty) => html`
  <div class="admin">
    <nav class="admin-nav" aria-label="Administration">
      ${SECTIONS.map(({ id, label }) => html`
        <a href="?section=${id}" aria-current=${id === current.id ? 'true' : nothing}
          @click=${(/** @type {MouseEvent} */ event) => follow(event, () => go(id))}>
          ${label}${isDirty(id) ? html`<span class="dirty-mark" title="Not saved yet"><span class="visually-hidden">, not
            saved yet</span></span>` : nothing}</a>`)}
    </nav>
    <div class="admin-section" id="section" tabindex="-1">
      <div>
        <h1>${current.label}</h1>
        <p class="soft">${current.intro}</p>
      </div>
      ${section.view()}
    </div>
  </div>`;

/**
 * A plain click stays on the page, so that nothing typed is lost; others open a tab as usual.
 * @param {MouseEvent} event
 * @param {() => void} go
 */
function follow(event, go) {
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
  event.preventDefault();
  go();
}

/** What a workstation without the right sees. */
export const adminOnly = () => html`
  <div class="admin-closed" id="section" tabindex="-1">
    <section class="panel message">
      <span class="message-mark warn">${icons.lock}</span>
      <h1>For administrators</h1>
      <p>This workstation is logged in as staff. Settings, people and upkeep can only be changed at an administrator’s
        workstation.
        Log out to use another log-in, or go back to the work.</p>
      <p class="actions">
        <a class="button button-primary" href="/dashboard">To the queue</a>
        <a class="button" href="/analytics">To the analytics</a>
      </p>
    </section>
  </div>`;
