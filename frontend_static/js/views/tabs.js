/**
 * One tab for each status, with its count; arrow keys go from tab to tab.
 * @import {Status} from '../contract.d.ts'
 * @import {QueueState} from '../lib/queue.js'
 */
import { plural } from '../lib/format.js';
import { html } from '../lib/html.js';
import { STATUSES } from '../lib/status.js';

/** @type {Record<string, (index: number) => number>} */
const MOVES = {
  ArrowRight: (index) => (index + 1) % STATUSES.length,
  ArrowLeft: (index) => (index + STATUSES.length - 1) % STATUSES.length,
  Home: () => 0,
  End: () => STATUSES.length - 1,
};

/**
 * @param {Pick<QueueState, 'query' | 'counts'>} state
 * @param {(status: Status) => void} onSelect
 */
export const tabs = ({ query, counts }, onSelect) => {
  /** @param {KeyboardEvent} event */
  const onKey = (event) => {
    const move = MOVES[event.key];
    const next = move && STATUSES[move(STATUSES.findIndex(({ id }) => id === query.status))];
    if (!next) return;
    event.preventDefault();
    onSelect(next.id);
    const tab = document.getElementById(`tab-${next.id}`);
    tab?.focus();
    tab?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  };
  return html`
    <div class="tabs" role="tablist" aria-label="Status" @keydown=${onKey}>
      ${STATUSES.map(({ id, label }) => {
        const count = counts?.[id];
        const name = count === undefined ? label : `${label}, ${plural(count, 'job')}`;
        return html`
          <button class="tab" type="button" role="tab" id="tab-${id}" aria-controls="jobs" aria-selected=${id === query.status}
            tabindex=${id === query.status ? 0 : -1} aria-label=${name} @click=${() => onSelect(id)}>
            ${label} <span class="badge numbers">${count ?? '–'}</span>
          </button>`;
      })}
    </div>`;
};
