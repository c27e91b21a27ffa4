/**
 * SHA-256 of a file of any size in constant memory. `crypto.subtle` needs a secure origin and the
 * whole file at once; labs also serve the form over plain HTTP.
 */
import { sha256 } from '../../vendor/@noble/hashes@2.4.0/sha2.js';

const SLICE_BYTES = 4 * 1024 * 1024;

/**
 * @param {Blob} file
 * @param {(share: number) => void} [onProgress] 0…1
 * @returns {Promise<string>} hex
 */
export async function sha256Of(file, onProgress = () => undefined) {
  const hash = sha256.create();
  for (let start = 0; start < file.size; start += SLICE_BYTES) {
    const slice = file.slice(start, start + SLICE_BYTES);
    hash.update(new Uint8Array(await slice.arrayBuffer()));
    onProgress(Math.min(1, (start + SLICE_BYTES) / file.size));
  }
  return Array.from(hash.digest(), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
