/**
 * Search, filters and sort of the queue.
 * @import {Query} from '../lib/query.js'
 * @import {QueueState} from '../lib/queue.js'
 */
import { html, live, nothing } from '../lib/html.js';
import { isFiltered, SORTS } from '../lib/query.js';
import { allExpanded } from '../lib/queue.js';
import { icons } from './icons.js';

/**
 * @typedef {Object} ToolbarCommands
 * @property {(text: string) => void} search
 * @property {(changes: Partial<Query>) => void} filter
 * @property {() => void} clear
 * @property {() => void} toggleAll
 * @property {() => void} toggleFilters  on small screens
 */

/**
 * @param {QueueState} state
 * @param {ToolbarCommands} commands
 */
export const toolbar = (state, { search, filter, clear, toggleAll, toggleFilters }) => {
  const { query, searchText, filtersShown } = state;
  return html`
    <form class="toolbar" role="search" @submit=${(/** @type {Event} */ event) => event.preventDefault()}>
      <div class="field field-search">
        <label for="search">Search</label>
        <input id="search" type="search" autocomplete="off" placeholder="Name, e-mail, class or job number" maxlength="100"
          .value=${live(searchText)} @input=${(/** @type {Event} */ event) => search(valueOf(event))}>
      </div>
      <button class="button toggle toolbar-more" type="button" aria-expanded=${filtersShown} aria-controls="filters"
        @click=${toggleFilters}>Filters${isFiltered({ ...query, search: '' }) ? ' (on)' : ''} ${icons.chevron}</button>
      <div class="toolbar-filters ${filtersShown ? 'shown' : ''}" id="filters">${filters(state, filter)}</div>
      <div class="toolbar-end">
        ${isFiltered(query)
          ? html`<button class="button button-quiet" type="button" @click=${clear}>Clear filters</button>` : nothing}
        <button class="button" type="button" ?disabled=${!state.jobs?.length} @click=${toggleAll}>
          ${allExpanded(state) ? 'Collapse all' : 'Expand all'}
        </button>
      </div>
    </form>`;
};

/**
 * @param {QueueState} state
 * @param {ToolbarCommands['filter']} filter
 */
const filters = ({ query, catalog }, filter) => {
  const printers = catalog.printers.map(({ id, name }) => ({ value: id, label: name }));
  const disciplines = catalog.disciplines.map((name) => ({ value: name, label: name }));
  const sorts = SORTS.map(({ id, label }) => ({ value: id, label }));
  return html`
    ${choice('printer', 'Printer', printers, query.printer, 'All printers', (printer) => filter({ printer }))}
    ${choice('discipline', 'Discipline', disciplines, query.discipline, 'All disciplines',
      (discipline) => filter({ discipline }))}
    ${dayField('from', 'Submitted from', query.from, { max: query.to }, (from) => filter(query.to && from > query.to ? { from, to: '' } : { from }))}
    ${dayField('to', 'Submitted until', query.to, { min: query.from }, (to) => filter(to && to < query.from ? { to, from: '' } : { to }))}
    ${choice('sort', 'Sort', sorts, query.sort, null, (sort) => filter({ sort }))}
    ${query.status === 'PENDING' ? html`
      <label class="choice">
        <input type="checkbox" .checked=${live(query.expiredOnly)}
          @change=${() => filter({ expiredOnly: !query.expiredOnly })}>
        <span>Expired only</span>
      </label>` : nothing}`;
};

/**
 * @param {string} id
 * @param {string} label
 * @param {string} value
 * @param {{min?: string, max?: string}} limits  so that the period cannot end before it begins
 * @param {(value: string) => void} onChange
 */
const dayField = (id, label, value, { min = '', max = '' }, onChange) => html`
  <div class="field field-day">
    <label for=${id}>${label}</label>
    <input type="date" id=${id} .value=${live(value)} min=${min || nothing} max=${max || nothing}
      @change=${(/** @type {Event} */ event) => onChange(valueOf(event))}>
  </div>`;

/** @param {Event} event */
const valueOf = (event) => /** @type {HTMLInputElement | HTMLSelectElement} */ (event.target).value;

/**
 * @param {string} id
 * @param {string} label
 * @param {{value: string, label: string}[]} choices
 * @param {string} value
 * @param {string | null} all  label of "no filter"
 * @param {(value: string) => void} onChange
 */
const choice = (id, label, choices, value, all, onChange) => html`
  <div class="field">
    <label for=${id}>${label}</label>
    <select id=${id} .value=${live(value)} @change=${(/** @type {Event} */ event) => onChange(valueOf(event))}>
      ${all === null ? nothing : html`<option value="" ?selected=${value === ''}>${all}</option>`}
      ${choices.map((item) => html`<option value=${item.value} ?selected=${item.value === value}>${item.label}</option>`)}
    </select>
  </div>`;
