/**
 * The calls of a logged-in workstation.
 * @import {
 *   AllMetrics, CandidateFiles, CostPreview, DeletedJob, JobCounts, JobPage, JobView, Lock, LoginAnswer,
 *   SignedFile, StaffList, Whoami
 * } from '../contract.d.ts'
 */
import { ApiError, request } from './api.js';
import * as session from './session.js';

/** @type {() => Promise<void>} */
let logInAgain = async () => {
  throw new ApiError(401, 'unauthorized', 'This workstation is logged out.');
};

/** @type {Promise<void> | null} */
let loggingIn = null;

/**
 * What to do when the session has ended: resolve once there is a new one, reject to give up.
 * @param {() => Promise<void>} handler
 */
export function onSessionEnd(handler) {
  logInAgain = handler;
}

/**
 * A call with the workstation's token. If the session has ended, it waits for a new log-in and goes
 * out again, so that a form filled in before is not lost.
 * @template T
 * @param {string} method
 * @param {string} path
 * @param {import('./api.js').CallOptions} [options]
 * @returns {Promise<T>}
 */
export async function call(method, path, options = {}) {
  const token = session.current()?.token ?? null;
  try {
    return await request(method, path, { ...options, token });
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 401) throw error;
  }
  await newSession(token);
  return request(method, path, { ...options, token: session.current()?.token ?? null });
}

/**
 * Waits for a session other than the one that was refused; calls refused together wait together.
 * @param {string | null} refused
 */
async function newSession(refused) {
  const token = session.current()?.token ?? null;
  if (token && token !== refused) return;
  loggingIn ??= logInAgain().finally(() => {
    loggingIn = null;
  });
  await loggingIn;
}

/**
 * @param {string} workstationId
 * @param {string} password
 * @returns {Promise<LoginAnswer>}
 */
export const logIn = (workstationId, password) =>
  request('POST', '/auth/login', { body: { workstation_id: workstationId, password } });

export const logOut = () =>
  request('POST', '/auth/logout', { body: {}, token: session.current()?.token ?? null });

/** @returns {Promise<Whoami>} */
export const getSession = () => call('GET', '/auth/me');

/**
 * @param {URLSearchParams} query
 * @returns {Promise<JobPage>}
 */
export const listJobs = (query) => call('GET', `/jobs?${query}`);

/**
 * Of a search, the archive is counted only while it is looked at: it is large.
 * @param {{ search: string, status: import('../contract.d.ts').Status }} query
 * @returns {Promise<JobCounts>}
 */
export function countJobs({ search, status }) {
  const narrowed = { search, with_archived: String(status === 'ARCHIVED') };
  return call('GET', `/jobs/counts?${new URLSearchParams(search ? narrowed : {})}`);
}

/** @returns {Promise<StaffList>} */
export const listStaff = () => call('GET', '/staff?include_inactive=true');

/**
 * @param {string} material
 * @param {number} grams
 * @param {AbortSignal} [signal]
 * @returns {Promise<CostPreview>}
 */
export const previewCost = (material, grams, signal) =>
  call('GET', `/cost/preview?${new URLSearchParams({ material, weight_g: String(grams) })}`, { signal });

/** @returns {Promise<AllMetrics>} */
export const getMetrics = () => call('GET', '/monitoring/metrics/all');

/** @param {string} id */
const job = (id) => `/jobs/${encodeURIComponent(id)}`;

/**
 * @param {string} id
 * @returns {Promise<JobView>}
 */
export const getJob = (id) => call('GET', job(id));

/**
 * @param {string} id
 * @returns {Promise<CandidateFiles>}
 */
export const listFiles = (id) => call('GET', `${job(id)}/candidate-files`);

/**
 * @param {string} id
 * @param {string} name
 * @returns {Promise<SignedFile>}
 */
export const signFile = (id, name) => call('GET', `${job(id)}/files/${encodeURIComponent(name)}`);

/**
 * @param {string} id
 * @param {string} staffName
 * @returns {Promise<Lock>}
 */
export const lockJob = (id, staffName) => call('POST', `${job(id)}/lock`, { body: { staff_name: staffName } });

/**
 * @param {string} id
 * @returns {Promise<Lock>}
 */
export const extendLock = (id) => call('POST', `${job(id)}/extend`, { body: {} });

/**
 * Gives the lock back, also while the page is being closed. Never asks for a log-in.
 * @param {string} id
 */
export const unlockJob = (id) => request('POST', `${job(id)}/unlock`, {
  body: {}, keepalive: true, token: session.current()?.token ?? null,
});

/**
 * A state change by its name in the path: `approve`, `admin/force-unlock`, …
 * @param {string} id
 * @param {string} name
 * @param {{staff_name: string} & Record<string, unknown>} body
 * @returns {Promise<JobView>}
 */
export const act = (id, name, body) => call('POST', `${job(id)}/${name}`, { body });

/**
 * @param {string} id
 * @param {{staff_name: string, text: string}} body
 * @returns {Promise<JobView>}
 */
export const addNote = (id, body) => call('PATCH', `${job(id)}/notes`, { body });

/**
 * @param {string} id
 * @param {{staff_name: string, confirm: string}} body
 * @returns {Promise<DeletedJob>}
 */
export const deleteJob = (id, body) => call('DELETE', job(id), { body });
