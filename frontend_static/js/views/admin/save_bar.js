/** The end of a long form: what is not saved yet, and the buttons. */
import { plural } from '../../lib/format.js';
import { html } from '../../lib/html.js';

/**
 * Stands inside the form that it submits.
 * @param {number} changes
 * @param {() => void} onDiscard
 */
export const saveBar = (changes, onDiscard) => html`
  <div class="save-bar ${changes ? 'save-bar-needed' : ''}">
    <p aria-live="polite">${changes ? `${plural(changes, 'change')} not saved yet` : 'Everything is saved.'}</p>
    <button class="button button-quiet" type="button" ?disabled=${!changes} @click=${onDiscard}>Discard</button>
    <button class="button button-primary" type="submit" ?disabled=${!changes}>Save…</button>
  </div>`;
