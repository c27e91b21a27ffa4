/** The list of keys, and the switch that turns single letters off. */
import { openDialog } from '../lib/dialog.js';
import { html } from '../lib/html.js';
import { CARD_KEYS, PAGE_KEYS, singleKeysOn, switchSingleKeys } from '../lib/keyboard.js';
import { icons } from './icons.js';

/** @param {import('../lib/keyboard.js').Key} key */
const row = ({ keys, shown, label }) => html`<dt><kbd>${shown ?? keys.join(' ')}</kbd></dt><dd>${label}</dd>`;

const ARROWS = { keys: [], shown: '← ↑ → ↓', label: 'From card to card; Home and End to the first and the last' };

export function showShortcuts() {
  const dialog = openDialog({
    labelledBy: 'shortcuts-title',
    view: () => html`
      <div class="dialog-head">
        <h2 id="shortcuts-title">Keyboard</h2>
        <button class="button button-quiet button-icon" type="button" aria-label="Close" @click=${() => dialog.close()}>
          ${icons.close}
        </button>
      </div>
      <div class="dialog-body">
        <section><h3>On the page</h3><dl class="keys">${PAGE_KEYS.map(row)}</dl></section>
        <section><h3>On a card</h3><dl class="keys">${row(ARROWS)}${CARD_KEYS.map(row)}</dl></section>
        <label class="choice">
          <input type="checkbox" .checked=${singleKeysOn()}
            @change=${(/** @type {Event} */ event) =>
              switchSingleKeys(/** @type {HTMLInputElement} */ (event.target).checked)}>
          <span>Use single letters and signs as shortcuts on this computer</span>
        </label>
      </div>`,
  });
}
