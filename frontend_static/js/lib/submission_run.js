/**
 * Runs a submission until it is settled: a lost connection is waited for, an upload that ran out is announced anew.
 * @import {SubmittedJob} from '../contract.d.ts'
 * @import {Progress, Submission} from './submission.js'
 */
import { ApiError, isLost } from './api.js';
import { UploadFailed } from './upload.js';

/** How often what should not go wrong may go wrong; a lost connection is waited for as long as it takes. */
const SECOND_CHANCES = 3;

/** Answers of the server that mean: the file or its upload is to be sent again. */
const SEND_AGAIN = new Set(['upload_incomplete', 'checksum_mismatch']);

/**
 * @param {Submission} submission
 * @param {(progress: Progress) => void} report
 * @param {AbortSignal} signal
 * @param {{back: (attempt: number, signal: AbortSignal) => Promise<void>}} connection
 * @returns {Promise<SubmittedJob>}
 */
export async function runToTheEnd(submission, report, signal, connection) {
  let [lost, chances] = [0, SECOND_CHANCES];
  /** @type {Progress} */
  let last = { stage: 'hashing', share: 0 };
  const watched = (/** @type {Progress} */ progress) => {
    if (progress.share > 0) lost = 0;
    last = progress;
    report(progress);
  };
  for (;;) {
    try {
      return await submission.run(watched, signal);
    } catch (error) {
      const cure = cureOf(error);
      if (cure === null || (cure !== 'wait' && chances === 0)) throw error;
      if (cure === 'announce again') submission.startOver();
      if (cure !== 'wait') chances -= 1;
      report({ stage: cure === 'wait' ? 'waiting' : last.stage, share: last.share });
      await connection.back(lost, signal);
      lost += 1;
    }
  }
}

/** @param {unknown} error */
function cureOf(error) {
  if (isLost(error) || (error instanceof UploadFailed && error.status === 0)) return 'wait';
  if (error instanceof UploadFailed) return error.status >= 500 ? 'send again' : 'announce again';
  if (!(error instanceof ApiError)) return null;
  if (SEND_AGAIN.has(error.code) || error.status >= 500) return 'send again';
  return error.status === 404 || error.details.reason === 'expired' ? 'send again' : null;
}
