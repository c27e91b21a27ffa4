/**
 * The file's way to the object store. XMLHttpRequest, because fetch tells nothing about how much has
 * been sent.
 * @import {UploadTicket} from '../contract.d.ts'
 */

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
  const form = new FormData();
  for (const [name, value] of Object.entries(post.fields)) form.append(name, value);
  form.append('file', file);

  return new Promise((resolve, reject) => {
    const xhr = new XMLHttpRequest();
    xhr.upload.addEventListener('progress', (event) => {
      if (event.lengthComputable) onProgress(event.loaded / event.total);
    });
    xhr.addEventListener('load', () => {
      if (xhr.status >= 200 && xhr.status < 300) resolve();
      else reject(new UploadFailed(xhr.status));
    });
    xhr.addEventListener('error', () => reject(new UploadFailed(0)));
    xhr.addEventListener('abort', () => reject(signal.reason));
    signal.addEventListener('abort', () => xhr.abort(), { once: true });
    xhr.open('POST', post.url);
    xhr.send(form);
  });
}
