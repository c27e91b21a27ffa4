/**
 * The calls of the public pages.
 * @import {
 *   Catalog, ConfirmView, ExpiredView, ResendAnswer, SubmittedJob, TrackView, UploadRequest, UploadTicket
 * } from '../contract.d.ts'
 */
import { request } from './api.js';

/** @returns {Promise<Catalog>} */
export const getCatalog = () => request('GET', '/catalog');

/**
 * @param {UploadRequest} body
 * @param {AbortSignal} [signal]
 * @returns {Promise<UploadTicket>}
 */
export const startUpload = (body, signal) => request('POST', '/submit/uploads', { body, signal });

/**
 * @param {string} uploadId
 * @param {AbortSignal} [signal]
 * @returns {Promise<SubmittedJob>}
 */
export const completeUpload = (uploadId, signal) =>
  request('POST', `/submit/uploads/${encodeURIComponent(uploadId)}/complete`, { body: {}, signal });

/**
 * @param {string} token
 * @returns {Promise<ConfirmView>}
 */
export const getConfirmation = (token) => request('GET', `/confirm/${encodeURIComponent(token)}`);

/**
 * @param {string} token
 * @returns {Promise<ConfirmView>}
 */
export const confirmJob = (token) => request('POST', `/confirm/${encodeURIComponent(token)}`, { body: {} });

/**
 * @param {string} jobId
 * @returns {Promise<ExpiredView>}
 */
export const getExpired = (jobId) => request('GET', `/confirm/expired?job_id=${encodeURIComponent(jobId)}`);

/**
 * @param {string} jobId
 * @returns {Promise<ResendAnswer>}
 */
export const resendConfirmation = (jobId) =>
  request('POST', '/submit/resend-confirmation', { body: { job_id: jobId } });

/**
 * @param {string} token
 * @returns {Promise<TrackView>}
 */
export const getTracking = (token) => request('GET', `/track/${encodeURIComponent(token)}`);
