/** Hashing in a worker, as one promise. */
import { offline } from './api.js';

/** The browser could not read the file, e.g. because it was moved or changed since it was picked. */
export class FileUnreadable extends Error {}

/**
 * @param {File} file
 * @param {(share: number) => void} onProgress 0…1
 * @param {AbortSignal} signal
 * @returns {Promise<string>} SHA-256 in hex
 */
export function hashFile(file, onProgress, signal) {
  const worker = new Worker(new URL('./sha256_worker.js', import.meta.url), { type: 'module' });
  const done = new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    // The worker reports its own failures; this event means that its script could not be loaded.
    worker.addEventListener('error', () => reject(offline()));
    worker.addEventListener('message', ({ data }) => {
      if (data.hex) resolve(data.hex);
      else if (data.error) reject(new FileUnreadable(data.error));
      else onProgress(data.share);
    });
    worker.postMessage(file);
  });
  return done.finally(() => worker.terminate());
}
