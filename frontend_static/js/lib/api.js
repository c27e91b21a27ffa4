/**
 * The only place that calls fetch. Every call ends in the parsed answer or in an ApiError.
 * @import {ErrorDetails} from '../contract.d.ts'
 */
import { learn } from './clock.js';
import { createKeyring } from './idempotency.js';
import { logCall } from './request_log.js';
import { createAnswers } from './unchanged.js';

/** Waits between attempts of a call that got no answer, in ms. */
const RETRY_WAITS = [400, 1_500];

/** A server that hangs is called so: reading is quick, changing may take as long as API Gateway waits. In ms. */
const LONGEST_READ = 12_000;
const LONGEST_CHANGE = 30_000;

/** What gateways answer when the request may never have reached the API. */
const NO_ANSWER = new Set([502, 504]);

/**
 * A call that did not succeed. `code` is the server's error code, or `offline` when no answer came.
 */
export class ApiError extends Error {
  /**
   * @param {number} status HTTP status, 0 without an answer
   * @param {string} code
   * @param {string} message for people
   * @param {ErrorDetails} [details]
   */
  constructor(status, code, message, details = {}) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.code = code;
    this.details = details;
  }

  /** Messages by field name; empty when the error is not about fields. */
  get fields() {
    return this.details.fields ?? {};
  }
}

/**
 * @typedef {Object} CallOptions
 * @property {unknown} [body]           sent as JSON
 * @property {string | null} [token]    bearer token
 * @property {string} [ifMatch]         the version that the call is about; refused when there is a newer one
 * @property {string} [accept]          type of a file that is wanted; the answer may be a SavedFile then
 * @property {AbortSignal} [signal]
 * @property {boolean} [keepalive]      lets the call outlive the page
 */

/** @typedef {{filename: string, content: Blob}} SavedFile */

/** @typedef {{method: string, url: string, options: CallOptions, key: string | null}} Call */

const keyring = createKeyring();
const answers = createAnswers();

/**
 * Calls the API. A call without an answer is repeated with the same Idempotency-Key; if it stays
 * without one, the key is kept for the next identical call.
 * @template T
 * @param {string} method
 * @param {string} path below /api/v1
 * @param {CallOptions} [options]
 * @returns {Promise<T>}
 */
export async function request(method, path, options = {}) {
  const url = `/api/v1${path}`;
  if (method === 'GET') return attempts({ method, url, options, key: null });
  const fingerprint = `${method} ${url} ${JSON.stringify(options.body ?? null)}`;
  const key = keyring.keyFor(fingerprint);
  try {
    const answer = await attempts({ method, url, options, key });
    keyring.answered(fingerprint);
    return /** @type {T} */ (answer);
  } catch (error) {
    if (isLost(error)) keyring.answerLost(fingerprint, key);
    else keyring.answered(fingerprint);
    throw error;
  }
}

/**
 * @param {Call} call
 * @returns {Promise<any>}
 */
async function attempts(call) {
  for (const wait of RETRY_WAITS) {
    try {
      return await once(call);
    } catch (error) {
      if (!isLost(error) || isLate(error)) throw error;
    }
    await pause(wait, call.options.signal);
  }
  return once(call);
}

/**
 * @param {Call} call
 * @returns {Promise<any>}
 */
async function once({ method, url, options, key }) {
  const token = options.token ?? null;
  const known = method === 'GET' ? answers.of(token, url) : null;
  const response = await logged(method, url, {
    method,
    headers: { ...headersOf(options, key), ...(known && { 'If-None-Match': known.etag }) },
    body: options.body === undefined ? null : JSON.stringify(options.body),
    signal: withTimeout(options.signal, method === 'GET' ? LONGEST_READ : LONGEST_CHANGE),
    keepalive: options.keepalive ?? false,
    cache: 'no-cache',
  });
  learn(response.headers.get('Date'));
  if (NO_ANSWER.has(response.status)) throw offline();
  if (response.status === 304 && known) return known.answer;
  const answer = isFile(response) ? await readFile(response) : await readJson(response);
  if (method === 'GET' && response.ok) answers.keep(token, url, response.headers.get('ETag'), answer);
  if (response.ok) return answer;
  throw errorOf(response, answer);
}

/**
 * @param {CallOptions} options
 * @param {string | null} key
 */
function headersOf(options, key) {
  /** @type {Record<string, string>} */
  const headers = { Accept: options.accept ? `${options.accept}, application/json` : 'application/json' };
  if (options.body !== undefined) headers['Content-Type'] = 'application/json';
  if (options.token) headers['Authorization'] = `Bearer ${options.token}`;
  if (options.ifMatch) headers['If-Match'] = options.ifMatch;
  if (key) headers['Idempotency-Key'] = key;
  return headers;
}

/**
 * @param {string} method
 * @param {string} url
 * @param {RequestInit} init
 */
async function logged(method, url, init) {
  const at = Date.now();
  const note = (/** @type {Response | null} */ response) => logCall({
    at, method, path: url.split('?', 1)[0] ?? url, ms: Date.now() - at,
    status: response?.status ?? 0, requestId: response?.headers.get('x-amzn-requestid') ?? '',
  });
  try {
    const response = await send(url, init);
    note(response);
    return response;
  } catch (error) {
    note(null);
    throw error;
  }
}

/**
 * @param {string} url
 * @param {RequestInit} init
 */
async function send(url, init) {
  try {
    return await fetch(url, init);
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    if (error instanceof DOMException && error.name === 'TimeoutError') throw late();
    throw offline();
  }
}

/** @param {Response} response */
const isFile = (response) => response.ok && response.headers.has('Content-Disposition');

/**
 * @param {Response} response
 * @returns {Promise<SavedFile>}
 */
async function readFile(response) {
  const [, filename = 'download'] = /filename="([^"]+)"/.exec(response.headers.get('Content-Disposition') ?? '') ?? [];
  try {
    return { filename, content: await response.blob() };
  } catch {
    throw offline();
  }
}

/** @param {Response} response */
async function readJson(response) {
  try {
    return await response.json();
  } catch (error) {
    // A body cut off in the middle is a lost answer; a whole one that is no JSON comes from
    // something between us and the API.
    if (error instanceof SyntaxError) return null;
    throw offline();
  }
}

/**
 * @param {Response} response
 * @param {import('../contract.d.ts').ErrorBody | null} body
 */
function errorOf(response, body) {
  const details = body?.details ?? {};
  const wait = Number(response.headers.get('Retry-After'));
  if (wait > 0) details.retry_after ??= wait;
  const message = body?.message ?? `The server answered ${response.status}. Please try again in a moment.`;
  return new ApiError(response.status, body?.error ?? `http_${response.status}`, message, details);
}

/**
 * A stored file, by the signed address that the API gave out for it.
 * @param {string} url
 * @param {AbortSignal} signal
 * @returns {Promise<Blob>}
 */
export async function download(url, signal) {
  const response = await send(url, { signal });
  if (!response.ok) {
    throw new ApiError(response.status, 'no_file', 'The file could not be loaded. Its address may have run out: try again.');
  }
  try {
    return await response.blob();
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw offline();
  }
}

/** The error of a call that got no answer. */
export function offline() {
  return new ApiError(0, 'offline', 'No answer from the server. Check the connection and try again.');
}

/** The error of a call whose answer is too long in coming. */
const late = () => new ApiError(0, 'timeout', 'The server takes too long to answer. Please try again in a moment.');

/** @param {unknown} error */
const isLate = (error) => error instanceof ApiError && error.code === 'timeout';

/**
 * @param {AbortSignal | undefined} signal
 * @param {number} ms
 */
const withTimeout = (signal, ms) => AbortSignal.any([AbortSignal.timeout(ms), ...(signal ? [signal] : [])]);

/**
 * Whether it is still open what became of the call: no answer came, or the first attempt is still at work.
 * @param {unknown} error
 */
export function isLost(error) {
  return error instanceof ApiError && ['offline', 'timeout', 'request_in_progress'].includes(error.code);
}

/**
 * Waits, or fails with the signal's reason.
 * @param {number} ms
 * @param {AbortSignal} [signal]
 * @returns {Promise<void>}
 */
function pause(ms, signal) {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(signal.reason);
    }, { once: true });
  });
}
