/**
 * Why an action cannot be done now, in words.
 * @import {JobView} from '../contract.d.ts'
 */
import { ApiError } from './api.js';
import { now } from './clock.js';
import { timeOfDay } from './format.js';

/** The job has gone on meanwhile, so that the action is no longer possible. */
export class JobMoved extends Error {
  /** @param {JobView} job */
  constructor(job) {
    super('The job has moved on');
    this.job = job;
  }
}

/** @typedef {{title: string, message: string, lockedByOther: boolean, final: boolean}} Block */

/**
 * @param {unknown} error
 * @returns {Block}
 */
export function blockOf(error) {
  if (error instanceof JobMoved) return { ...moved(error.job), lockedByOther: false, final: true };
  if (!(error instanceof ApiError)) throw error;
  if (error.code === 'locked') return { ...locked(error), lockedByOther: true, final: false };
  const gone = error.status === 404;
  return {
    title: gone ? 'This job is gone' : 'The job could not be opened',
    message: gone ? 'It has been deleted meanwhile.' : wordsOf(error),
    lockedByOther: false,
    final: gone,
  };
}

/**
 * What the server says, and from when on it would not say so any more.
 * @param {ApiError} error
 */
export function wordsOf({ message, details }) {
  if (!details.retry_after) return message;
  return `${message} Possible again at ${timeOfDay(new Date(now() + details.retry_after * 1_000).toISOString())}.`;
}

/** @param {JobView} job */
function moved({ status_label: status, last_updated_by: by, updated_at: at }) {
  const who = by ? ` Last changed by ${by} at ${timeOfDay(at)}.` : '';
  return { title: 'This job has changed meanwhile', message: `It is ${status} now, and this can no longer be done.${who}` };
}

/** @param {ApiError} error */
function locked({ details, message }) {
  if (!details.locked_by || !details.locked_until) return { title: 'Someone else has this job open', message };
  const where = details.workstation_name ? ` on ${details.workstation_name}` : '';
  return {
    title: `${details.locked_by} has this job open${where}`,
    message: `It is free again when they close it, at the latest at ${timeOfDay(details.locked_until)}.`,
  };
}
