/**
 * What went wrong with a submission, in the student's words, and what can be done about it.
 */
import { ApiError } from './api.js';
import { timeOfDay } from './format.js';
import { FileUnreadable } from './hash_file.js';
import { fromServer } from './submission_rules.js';
import { UploadFailed } from './upload.js';

/**
 * @typedef {Object} Outcome
 * @property {'info' | 'warn' | 'bad'} tone
 * @property {string} title
 * @property {string} text
 * @property {boolean} retry            whether pressing "Try again" can help
 * @property {Record<string, string>} [fields] messages beside the form's fields
 */

const NOT_ARRIVED = new Set(['upload_incomplete', 'checksum_mismatch']);

/**
 * @param {unknown} error what `createSubmission().run` threw
 * @param {number} now ms
 * @param {boolean} [arrived] whether the file had reached the lab
 * @returns {Outcome}
 */
export function outcomeOf(error, now, arrived = false) {
  if (error instanceof DOMException && error.name === 'AbortError') return cancelled(arrived);
  if (error instanceof FileUnreadable) return unreadable();
  if (error instanceof UploadFailed) return refusedByStore();
  if (error instanceof ApiError) return refusedByServer(error, now);
  throw error;
}

/**
 * @param {boolean} arrived
 * @returns {Outcome}
 */
function cancelled(arrived) {
  const text = arrived
    ? 'The file had already reached the lab, so the job may have been made: look for our mail, or submit again to find it.'
    : 'Nothing was submitted. Your entries are still here.';
  return { tone: 'info', title: 'Cancelled', text, retry: false };
}

/** @returns {Outcome} */
function unreadable() {
  const text = 'The file cannot be read any more. It may have been moved or saved again: choose it once more.';
  return { tone: 'bad', title: 'The file could not be read', text, retry: false, fields: { file: text } };
}

/** @returns {Outcome} */
function refusedByStore() {
  return {
    tone: 'bad', retry: true, title: 'The upload was not accepted',
    text: 'It may have taken too long. Try again; if it happens twice, choose the file once more.',
  };
}

/**
 * @param {ApiError} error
 * @param {number} now ms
 * @returns {Outcome}
 */
function refusedByServer(error, now) {
  if (error.code === 'duplicate') return duplicate(error);
  if (error.status === 429) return tooMany(error, now);
  if (error.code === 'invalid_model') {
    return {
      tone: 'bad', title: 'We cannot print this file', text: 'Mend the model, export it again and choose the new file.',
      retry: false, fields: { file: error.message },
    };
  }
  if (NOT_ARRIVED.has(error.code) || error.status === 404 || error.status === 410) {
    return { tone: 'bad', title: 'The file did not arrive whole', text: 'Try again: it will be sent once more.', retry: true };
  }
  const fields = fromServer(error.fields);
  if (Object.keys(fields).length > 0) {
    return { tone: 'bad', title: 'Some entries need a second look', text: 'They are marked above.', retry: false, fields };
  }
  return { tone: 'bad', title: 'That did not work', text: error.message, retry: error.status >= 500 };
}

/**
 * @param {ApiError} error
 * @returns {Outcome}
 */
function duplicate(error) {
  const known = error.details.existing_short_id;
  const where = known ? `It is still in our queue as job ${known}` : 'It is still in our queue';
  return {
    tone: 'warn', retry: false, title: 'You have already submitted this file',
    text: `${where}, so there is nothing more to do: look for our mail with its tracking link. You can submit the same file `
      + 'again once its print has begun. To print something else, choose another file.',
  };
}

/**
 * @param {ApiError} error
 * @param {number} now ms
 * @returns {Outcome}
 */
function tooMany(error, now) {
  const wait = (error.details.retry_after ?? 3_600) * 1_000;
  return {
    tone: 'warn', retry: true, title: 'Too many submissions from this network',
    text: `To keep the queue fair, only a few models an hour are taken from one network. Try again at ${
      timeOfDay(new Date(now + wait).toISOString())}. Your entries stay here until then.`,
  };
}
