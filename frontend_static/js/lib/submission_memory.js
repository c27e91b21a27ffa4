/**
 * How far a submission has come, kept for a reload of the page: the same form with the same file goes on with the same
 * upload, and finds the job if it was made while nobody heard the answer.
 * @import {SubmissionFields, UploadTicket} from '../contract.d.ts'
 */

const STORAGE_KEY = 'printlab.upload';

/** @typedef {{sha256: string | null, ticket: UploadTicket | null, uploaded: boolean}} Reached */

/** @type {Reached} */
const NOTHING = { sha256: null, ticket: null, uploaded: false };

/**
 * @param {SubmissionFields} fields
 * @param {File} file
 */
export function createMemory(fields, file) {
  const of = JSON.stringify([fields, file.name, file.size, file.lastModified]);
  return {
    /** @returns {Reached} */
    read() {
      const kept = JSON.parse(sessionStorage.getItem(STORAGE_KEY) ?? 'null');
      return kept?.of === of ? kept.reached : NOTHING;
    },
    /** @param {Reached} reached */
    write: (reached) => sessionStorage.setItem(STORAGE_KEY, JSON.stringify({ of, reached })),
  };
}

export const forgetSubmission = () => sessionStorage.removeItem(STORAGE_KEY);

/** Whether an upload was under way when the page was left. */
export const wasInterrupted = () => Boolean(JSON.parse(sessionStorage.getItem(STORAGE_KEY) ?? 'null')?.reached.ticket);
