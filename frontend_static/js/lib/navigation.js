/**
 * What leads from one view of the queue to another: tabs, search, filters, the browser's buttons. The
 * page's address always says what is shown.
 * @import {Status} from '../contract.d.ts'
 * @import {Query} from './query.js'
 * @import {Queue} from './queue.js'
 */
import { addressOf, NO_FILTERS, parseQuery } from './query.js';

const SEARCH_DEBOUNCE_MS = 400;

export const queryOfAddress = () => parseQuery(new URLSearchParams(location.search));

export class Navigation {
  /** @type {Queue} */ #queue;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #typing;

  /** @param {Queue} queue */
  constructor(queue) {
    this.#queue = queue;
    addEventListener('popstate', () => void queue.show(queryOfAddress()));
  }

  /** @param {Status} status */
  select(status) {
    this.#go({ ...this.#queue.state.query, status }, 'pushState');
  }

  /**
   * Follows the typing, a little behind it.
   * @param {string} text
   */
  search(text) {
    this.#queue.set({ searchText: text });
    clearTimeout(this.#typing);
    this.#typing = setTimeout(() => this.filter({}), SEARCH_DEBOUNCE_MS);
  }

  /** @param {Partial<Query>} changes */
  filter(changes) {
    const { query, searchText } = this.#queue.state;
    this.#go({ ...query, search: searchText.trim(), ...changes }, 'replaceState');
  }

  clear() {
    this.filter({ ...NO_FILTERS });
  }

  /**
   * @param {Query} query
   * @param {'pushState' | 'replaceState'} how
   */
  #go(query, how) {
    clearTimeout(this.#typing);
    history[how](null, '', addressOf(query));
    void this.#queue.show(query);
  }
}
