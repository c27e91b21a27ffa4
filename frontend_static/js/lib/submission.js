/**
 * One submission from the picked file to the job: hash, announce, upload, complete. Each step is kept,
 * so that after a failure `run` goes on where it stopped and never does a step twice.
 * @import {SubmissionFields, SubmittedJob, UploadRequest, UploadTicket} from '../contract.d.ts'
 * @import {Reached} from './submission_memory.js'
 */
import { ApiError } from './api.js';

/** `waiting`: for a connection that was lost. @typedef {'hashing' | 'announcing' | 'uploading' | 'checking' | 'waiting'} Stage */

/** @typedef {(share: number) => void} OnProgress  0…1 */

/**
 * @typedef {Object} Steps  how each step is done
 * @property {(file: File, onProgress: OnProgress, signal: AbortSignal) => Promise<string>} hash
 * @property {(body: UploadRequest, signal: AbortSignal) => Promise<UploadTicket>} announce
 * @property {(post: UploadTicket['post'], file: File, onProgress: OnProgress, signal: AbortSignal) => Promise<void>} upload
 * @property {(uploadId: string, signal: AbortSignal) => Promise<SubmittedJob>} complete
 */

/** @typedef {{stage: Stage, share: number}} Progress  share of this stage, 0…1 */

/** @typedef {ReturnType<typeof createSubmission>} Submission */

/** Answers that mean: this upload is no more, announce it anew. */
const TICKET_GONE = new Set([404, 410]);

/** Answers that mean: the file must be sent once more. */
const FILE_MISSING = new Set(['upload_incomplete', 'checksum_mismatch']);

/**
 * @param {SubmissionFields} fields
 * @param {File} file
 * @param {Steps} steps
 * @param {{read: () => Reached, write: (reached: Reached) => void}} memory
 */
export function createSubmission(fields, file, steps, memory) {
  let { sha256, ticket, uploaded } = memory.read();
  const remember = () => memory.write({ sha256, ticket, uploaded });

  const startOver = () => {
    ticket = null;
    uploaded = false;
    remember();
  };

  return {
    /**
     * @param {(progress: Progress) => void} report
     * @param {AbortSignal} signal
     * @returns {Promise<SubmittedJob>}
     */
    async run(report, signal) {
      const at = (/** @type {Stage} */ stage) => (/** @type {number} */ share) => report({ stage, share });
      at('hashing')(0);
      sha256 ??= await steps.hash(file, at('hashing'), signal);
      at('announcing')(0);
      ticket ??= await steps.announce({ ...fields, filename: file.name, size: file.size, sha256 }, signal);
      remember();
      at('uploading')(0);
      if (!uploaded) await steps.upload(ticket.post, file, at('uploading'), signal);
      uploaded = true;
      remember();
      at('checking')(0);
      try {
        return await steps.complete(ticket.upload_id, signal);
      } catch (error) {
        if (error instanceof ApiError && FILE_MISSING.has(error.code)) uploaded = false;
        if (error instanceof ApiError && TICKET_GONE.has(error.status)) startOver();
        throw error;
      }
    },
    /** The store refused the signed fields: the next `run` asks for new ones. */
    startOver,
    /** Whether the file is with the lab, so that the job may have been made. */
    hasArrived: () => uploaded,
  };
}
