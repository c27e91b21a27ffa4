/**
 * Keeps a picture's address while it is good. Signed addresses differ in every answer of the server,
 * and an image whose address changes is loaded again and flickers.
 * @import {JobCard} from '../contract.d.ts'
 */
import { now } from './clock.js';

/** Shorter than the hour for which the server signs. */
const KEEP_MS = 50 * 60_000;

/** @param {() => number} clock ms */
export function createThumbnails(clock) {
  /** @type {Map<string, {url: string, at: number}>} */
  const kept = new Map();

  /** @param {Pick<JobCard, 'id' | 'thumbnail'>} job */
  const keyOf = (job) => `${job.id} ${job.thumbnail.state}`;

  return {
    /**
     * @param {Pick<JobCard, 'id' | 'thumbnail'>} job
     * @returns {string | null}
     */
    urlOf(job) {
      const url = job.thumbnail.url;
      if (!url) return null;
      const known = kept.get(keyOf(job));
      if (known && clock() - known.at < KEEP_MS) return known.url;
      kept.set(keyOf(job), { url, at: clock() });
      return url;
    },
    /**
     * The address did not load: the next answer's will be used.
     * @param {Pick<JobCard, 'id' | 'thumbnail'>} job
     */
    failed(job) {
      kept.delete(keyOf(job));
    },
  };
}

/** Of this page. */
export const thumbnails = createThumbnails(now);
