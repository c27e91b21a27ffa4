/**
 * Tells new submissions from jobs that only came back to Uploaded: new is what was not there at the last look
 * and was submitted after it.
 * @import {JobCard} from '../contract.d.ts'
 */

/** Submissions become visible in another order than they were made, by this much at most. */
const OUT_OF_ORDER_MS = 60_000;

export function createArrivals() {
  /** @type {Set<string> | null} */
  let known = null;
  let newestAt = 0;

  /**
   * @param {readonly JobCard[]} newest the newest jobs in Uploaded
   * @returns {JobCard[]} those that have arrived since the last call; none at the first
   */
  return function arrived(newest) {
    const before = known;
    const since = newestAt - OUT_OF_ORDER_MS;
    known = new Set([...(before ?? []), ...newest.map(({ id }) => id)]);
    newestAt = Math.max(newestAt, ...newest.map(({ created_at: at }) => Date.parse(at)));
    if (!before) return [];
    return newest.filter(({ id, created_at: at }) => !before.has(id) && Date.parse(at) > since);
  };
}
