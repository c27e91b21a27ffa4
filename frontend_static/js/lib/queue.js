/**
 * What the dashboard knows: the jobs of the open tab, the counts, the opened details. Loads it all and
 * keeps what is on the screen while newer answers are on their way.
 * @import {CandidateFile, Catalog, DeskView, JobCard, JobCounts, JobView, Staff, Workstation} from '../contract.d.ts'
 * @import {Query} from './query.js'
 */
import { ApiError } from './api.js';
import { createArrivals } from './arrivals.js';
import { now } from './clock.js';
import { createLimiter } from './limiter.js';
import { addressOf, apiQueries, FIRST_PAGE, moreThan, newestUploads } from './query.js';
import { quietMoment } from './quiet.js';
import { keepingSame } from './same.js';
import { countJobs, getJob, listFiles, listJobs } from './staff_api.js';
import { createStore } from './store.js';
import { thumbnails } from './thumbnails.js';

/** Details loaded at the same time when all cards are opened. */
const DETAIL_REQUESTS = 4;

/**
 * @typedef {Object} Details
 * @property {string} stamp         the card's updated_at that this belongs to
 * @property {JobView | null} job
 * @property {CandidateFile[]} files
 * @property {string} error
 */

/**
 * @typedef {Object} QueueState
 * @property {Workstation} me
 * @property {Staff[]} staff
 * @property {DeskView} desk
 * @property {Catalog} catalog
 * @property {Query} query
 * @property {string} searchText                 as typed; the query follows when typing pauses
 * @property {JobCard[] | null} jobs             null until first loaded
 * @property {number} total
 * @property {number} wanted                     how many jobs are shown, if there are as many
 * @property {JobCounts['counts'] | null} counts
 * @property {boolean} loading
 * @property {string} error                      of the last refresh
 * @property {number | null} updatedAt           ms
 * @property {ReadonlySet<string>} expanded      job ids
 * @property {ReadonlyMap<string, Details>} details
 * @property {boolean} filtersShown               on small screens, where they are hidden at first
 * @property {number} unseen                      jobs that came in while nobody looked at the page
 * @property {string | null} active              id of the card that the arrow keys have reached
 */

/** What is known before the first refresh. */
const NOTHING_LOADED = {
  jobs: null,
  total: 0,
  wanted: FIRST_PAGE,
  counts: null,
  loading: false,
  error: '',
  updatedAt: null,
  expanded: new Set(),
  details: new Map(),
  filtersShown: false,
  unseen: 0,
  active: null,
};

export class Queue {
  /** @type {import('./store.js').Store<QueueState>} */ #store;
  #limited = createLimiter(DETAIL_REQUESTS);
  /** What each tab and filter showed last: shown again at once while it is loaded anew. @type {Map<string, JobCard[]>} */
  #seen = new Map();
  #refreshes = 0;
  #arrived = createArrivals();
  /** Ids of cards far out of sight, where the browser tells. @type {Set<string>} */
  #outOfSight = new Set();
  /** Ids of cards whose details are on their way. @type {Set<string>} */
  #loading = new Set();
  /** Called with the jobs that students have submitted since the last refresh. @type {(jobs: JobCard[]) => void} */
  onArrivals = () => undefined;

  /** @param {Pick<QueueState, 'me' | 'staff' | 'desk' | 'catalog' | 'query'>} given */
  constructor(given) {
    this.#store = createStore(/** @type {QueueState} */ ({ ...NOTHING_LOADED, ...given, searchText: given.query.search }));
  }

  get state() {
    return this.#store.get();
  }

  /** @param {() => void} listener */
  subscribe(listener) {
    this.#store.subscribe(listener);
  }

  /** @param {Partial<QueueState>} changes */
  set(changes) {
    this.#store.set(changes);
  }

  /**
   * Loads the shown pages and the counts; an older refresh that is still under way comes to nothing.
   * @param {{gently?: boolean}} [how] gently: cards come and go only while nobody is pointing or typing
   */
  async refresh({ gently = false } = {}) {
    this.#refreshes += 1;
    const turn = this.#refreshes;
    const { query, wanted } = this.state;
    this.set({ loading: true });
    try {
      const [{ jobs, total }, { counts }, uploads] = await Promise.all(
        [loadJobs(query, wanted), countJobs(query), listJobs(newestUploads)]);
      if (gently && idsOf(jobs) !== idsOf(this.state.jobs ?? [])) await quietMoment();
      if (turn !== this.#refreshes) return;
      const list = keepingSame(this.state.jobs ?? [], jobs);
      this.#seen.set(addressOf(query), list);
      this.set({ jobs: list, total, counts, loading: false, error: '', updatedAt: now() });
      this.#tellArrivals(uploads.jobs);
      await this.#refreshDetails();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (turn === this.#refreshes) this.set({ loading: false, error: error.message });
    }
  }

  /** @param {JobCard[]} uploads the newest */
  #tellArrivals(uploads) {
    const jobs = this.#arrived(uploads);
    if (jobs.length > 0) this.onArrivals(jobs);
  }

  /** @param {Query} query */
  async show(query) {
    // While a search or filter is at work, what was there stays: an empty page between two lists would flicker.
    const before = query.status === this.state.query.status ? this.state.jobs : null;
    const jobs = this.#seen.get(addressOf(query)) ?? before;
    this.set({ query, searchText: query.search, jobs, total: jobs?.length ?? 0, wanted: FIRST_PAGE, error: '' });
    await this.refresh();
  }

  async showMore() {
    this.set({ wanted: moreThan(this.state.wanted) });
    await this.refresh();
  }

  /** @param {string} id */
  toggle(id) {
    const expanded = new Set(this.state.expanded);
    if (!expanded.delete(id)) expanded.add(id);
    this.#expand(expanded);
  }

  /** Opens all cards of the tab, or closes them if all are open. */
  toggleAll() {
    const ids = (this.state.jobs ?? []).map((job) => job.id);
    this.#expand(new Set(allExpanded(this.state) ? [] : ids));
  }

  /**
   * Details are loaded for the cards in sight: with hundreds open, the others would keep the server busy in vain.
   * @param {string} id
   * @param {boolean} inSight
   */
  see(id, inSight) {
    if (!inSight) this.#outOfSight.add(id);
    else if (this.#outOfSight.delete(id)) void this.#refreshDetails();
  }

  /** @param {JobCard} card */
  async loadDetails(card) {
    const known = this.state.details.get(card.id);
    const entry = { stamp: card.updated_at, job: known?.job ?? null, files: known?.files ?? [], error: '' };
    try {
      const [job, { files }] = await Promise.all([getJob(card.id), listFiles(card.id)]);
      this.#setDetails(card.id, { ...entry, job, files });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.#setDetails(card.id, { ...entry, stamp: '', error: error.message });
    }
  }

  /**
   * An action is done: the card changes or leaves at once, the refresh brings the rest.
   * @param {JobView | null} job null when it is deleted
   * @param {string} id
   */
  async applied(job, id) {
    const { jobs, query, details } = this.state;
    const entry = details.get(id);
    if (job && entry) this.#setDetails(id, { ...entry, job, stamp: '' });
    const left = job?.status === query.status ? [job] : [];
    this.set({ jobs: (jobs ?? []).flatMap((card) => (card.id === id ? left : [card])) });
    await this.refresh();
  }

  /** @param {ReadonlySet<string>} expanded */
  #expand(expanded) {
    this.set({ expanded });
    void this.#refreshDetails();
  }

  /** Loads the details of opened cards that are missing or older than their card. */
  async #refreshDetails() {
    const { jobs, expanded, details } = this.state;
    const outdated = (jobs ?? []).filter(({ id, updated_at: stamp }) =>
      expanded.has(id) && !this.#outOfSight.has(id) && !this.#loading.has(id) && details.get(id)?.stamp !== stamp);
    for (const { id } of outdated) this.#loading.add(id);
    await Promise.all(outdated.map((job) => this.#limited(() => this.loadDetails(job))
      .finally(() => this.#loading.delete(job.id))));
  }

  /**
   * @param {string} id
   * @param {Details} entry
   */
  #setDetails(id, entry) {
    this.set({ details: new Map(this.state.details).set(id, entry) });
  }
}

/** @param {JobCard} job */
const withKeptPicture = (job) => ({ ...job, thumbnail: { ...job.thumbnail, url: thumbnails.urlOf(job) } });

/** @param {readonly JobCard[]} jobs */
const idsOf = (jobs) => jobs.map(({ id }) => id).join();

/**
 * @param {Query} query
 * @param {number} wanted
 */
async function loadJobs(query, wanted) {
  const answers = await Promise.all(apiQueries(query, wanted).map(listJobs));
  // A job that comes in between two pages would stand on both.
  const jobs = [...new Map(answers.flatMap((answer) => answer.jobs).map((job) => [job.id, withKeptPicture(job)])).values()];
  return { jobs, total: answers.at(-1)?.filtered ?? 0 };
}

/** @param {Pick<QueueState, 'jobs' | 'expanded'>} state */
export const allExpanded = ({ jobs, expanded }) => Boolean(jobs?.length) && (jobs ?? []).every((job) => expanded.has(job.id));
