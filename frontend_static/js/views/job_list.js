/**
 * The cards of a tab, or why there are none.
 * @import {JobCard, Status} from '../contract.d.ts'
 * @import {Query} from '../lib/query.js'
 * @import {QueueState} from '../lib/queue.js'
 * @import {CardContext} from './card_button.js'
 */
import { age, plural } from '../lib/format.js';
import { guard, html, nothing, repeat } from '../lib/html.js';
import { isFiltered } from '../lib/query.js';
import { statusLabel, STATUSES } from '../lib/status.js';
import { card } from './card.js';
import { icons } from './icons.js';
import { mayRevert } from './modals/index.js';
import { notice } from './notice.js';

/**
 * @param {QueueState} state
 * @param {Omit<CardContext, 'active'>} context
 * @param {{refresh: () => void, showMore: () => void, clear: () => void, select: (status: Status) => void}} commands
 */
export const jobList = (state, context, commands) => html`
  <section class="queue" id="jobs" role="tabpanel" aria-labelledby="tab-${state.query.status}" tabindex="-1">
    <h2 class="visually-hidden">${statusLabel(state.query.status)}</h2>
    ${state.error ? failure(state, commands.refresh) : nothing}
    ${content(state, context, commands)}
  </section>`;

/**
 * @param {QueueState} state
 * @param {() => void} onRetry
 */
const failure = ({ jobs, error }, onRetry) =>
  notice('bad', jobs ? 'The list could not be refreshed' : 'The list could not be loaded', error, html`
    <p><button class="button" type="button" @click=${onRetry}>Try again</button></p>`);

/**
 * @param {QueueState} state
 * @param {Omit<CardContext, 'active'>} context
 * @param {{showMore: () => void, clear: () => void, select: (status: Status) => void}} commands
 */
function content(state, context, { showMore, clear, select }) {
  const { jobs, total, loading } = state;
  if (!jobs) return state.error ? nothing : skeletons;
  if (jobs.length === 0) return loading ? skeletons : emptyView(state, clear, select);
  const active = jobs.some(({ id }) => id === state.active) ? state.active : jobs[0]?.id ?? null;
  return html`
    <div class="cards">
      ${repeat(jobs, (job) => job.id, (job) => guardedCard(job, state, { ...context, active }))}
    </div>
    <div class="list-foot">
      <p class="numbers">${jobs.length < total ? `${jobs.length} of ${plural(total, 'job')}` : plural(total, 'job')}</p>
      ${jobs.length < total
        ? html`<button class="button" type="button" ?disabled=${loading} @click=${showMore}>Show more</button>` : nothing}
    </div>`;
}

/**
 * Hundreds of cards are on the page, and mostly one of them changes: the others are not drawn again.
 * @param {JobCard} job
 * @param {QueueState} state
 * @param {CardContext} context
 */
function guardedCard(job, { details, expanded, staff }, context) {
  const [entry, isOpen] = [details.get(job.id), expanded.has(job.id)];
  const shows = [job, entry, isOpen, context.active === job.id, context.me, context.catalog, staff];
  return guard([...shows, age(job.created_at, context.now), mayRevert(job, context.now)],
    () => card(job, entry, isOpen, context));
}

const skeletonCard = html`
  <div class="card card-skeleton" aria-hidden="true">
    <div class="card-top">
      <div class="thumb skeleton"></div>
      <div class="card-head"><div class="skeleton"></div><div class="skeleton"></div></div>
    </div>
    <div class="skeleton"></div>
  </div>`;

const skeletons = html`
  <p class="visually-hidden" role="status">Loading the jobs…</p>
  <div class="cards">${[skeletonCard, skeletonCard, skeletonCard]}</div>`;

/**
 * @param {QueueState} state
 * @param {() => void} clear
 * @param {(status: Status) => void} select
 */
const emptyView = ({ query, counts }, clear, select) => isFiltered(query)
  ? html`
    <div class="empty">
      ${icons.inbox}
      <p>No job in ${statusLabel(query.status)} matches.</p>
      ${elsewhere(query, counts).map(({ id, label, count }) => html`
        <button class="button" type="button" @click=${() => select(id)}>${plural(count, 'match', 'matches')} in ${label}</button>`)}
      <button class="button" type="button" @click=${clear}>Clear filters</button>
    </div>`
  : html`<div class="empty">${icons.inbox}<p>Nothing in ${statusLabel(query.status)}.</p></div>`;

/**
 * The other tabs in which a search finds something; the counts know nothing of the filters.
 * @param {Query} query
 * @param {QueueState['counts']} counts
 */
const elsewhere = (query, counts) => (query.search ? STATUSES.map((status) => ({ ...status, count: counts?.[status.id] ?? 0 }))
  .filter(({ id, count }) => id !== query.status && count > 0) : []);
