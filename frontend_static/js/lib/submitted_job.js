/**
 * The job just submitted, carried over to the success page. It holds the signed tracking link, which
 * does not belong into the page's address.
 * @import {SubmittedJob} from '../contract.d.ts'
 */

const STORAGE_KEY = 'printlab.submitted';

/** @param {SubmittedJob} job */
export const rememberSubmitted = (job) => sessionStorage.setItem(STORAGE_KEY, JSON.stringify(job));

/**
 * @param {string} id
 * @returns {SubmittedJob | null} null when another tab or an older visit submitted it
 */
export function recallSubmitted(id) {
  const job = JSON.parse(sessionStorage.getItem(STORAGE_KEY) ?? 'null');
  return job?.id === id ? job : null;
}
