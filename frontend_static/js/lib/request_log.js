/**
 * The last calls of this page, for the diagnostics: what was asked, how it ended, how long it took. Paths only:
 * neither bodies nor search texts, which hold students' names.
 */

const KEPT = 40;

/**
 * @typedef {Object} LoggedCall
 * @property {number} at          ms since the epoch, this browser's clock
 * @property {string} method
 * @property {string} path        without its query
 * @property {number} status      0 without an answer
 * @property {string} requestId   "" without an answer
 * @property {number} ms
 */

/** @type {LoggedCall[]} */
const calls = [];

/** @param {LoggedCall} call */
export function logCall(call) {
  calls.push(call);
  if (calls.length > KEPT) calls.shift();
}

/** Newest first. @returns {LoggedCall[]} */
export const loggedCalls = () => [...calls].reverse();
