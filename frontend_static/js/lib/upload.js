/**
 * The file's way to the object store. XMLHttpRequest, because fetch tells nothing about how much has
 * been sent.
 * @import {UploadTicket} from '../contract.d.ts'
 */

/** A connection that takes no byte for so long is lost, whatever the browser believes. */
const STALLED_MS = 45_000;

/**
 * The store refused the file or could not be reached.
 */
export class UploadFailed extends Error {
  /** @param {number} status HTTP status of the store, 0 when the connection was lost */
  constructor(status) {
    super(`The store answered ${status}`);
    this.status = status;
  }
}

/**
 * Posts the file with the signed fields, in their order, the file last as the store demands.
 * @param {UploadTicket['post']} post
 * @param {File} file
 * @param {(share: number) => void} onProgress 0…1
 * @param {AbortSignal} signal
 * @returns {Promise<void>}
 */
export function uploadFile(post, file, onProgress, signal) {
  const xhr = new XMLHttpRequest();
  const sent = new Promise((resolve, reject) => {
    xhr.addEventListener('load', () => {
      if (xhr.status >= 200 && xhr.status < 300) resolve(undefined);
      else reject(new UploadFailed(xhr.status));
    });
    xhr.addEventListener('error', () => reject(new UploadFailed(0)));
    xhr.addEventListener('abort', () => reject(signal.aborted ? signal.reason : new UploadFailed(0)));
  });
  const stopWatching = abortWhenLost(xhr, signal);
  xhr.upload.addEventListener('progress', (event) => {
    if (event.lengthComputable) onProgress(event.loaded / event.total);
  });
  xhr.open('POST', post.url);
  xhr.send(formOf(post, file));
  return sent.finally(stopWatching);
}

/**
 * @param {UploadTicket['post']} post
 * @param {File} file
 */
function formOf(post, file) {
  const form = new FormData();
  for (const [name, value] of Object.entries(post.fields)) form.append(name, value);
  form.append('file', file);
  return form;
}

/**
 * Aborts at the signal, when the browser goes offline, and when nothing moves any more.
 * @param {XMLHttpRequest} xhr
 * @param {AbortSignal} signal
 * @returns {() => void} ends the watch
 */
function abortWhenLost(xhr, signal) {
  const abort = () => xhr.abort();
  let stalled = setTimeout(abort, STALLED_MS);
  xhr.upload.addEventListener('progress', () => {
    clearTimeout(stalled);
    stalled = setTimeout(abort, STALLED_MS);
  });
  signal.addEventListener('abort', abort, { once: true });
  addEventListener('offline', abort, { once: true });
  return () => {
    clearTimeout(stalled);
    signal.removeEventListener('abort', abort);
    removeEventListener('offline', abort);
  };
}
