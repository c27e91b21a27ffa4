/**
 * Looking at a model before it is uploaded, as one promise. The server measures everything again.
 * @import {Mesh} from './mesh.js'
 * @import {ModelFacts} from './facts.js'
 */
import { ModelRefused } from './refused.js';

/** Longer than any 50 MB file takes on a slow phone: a file that keeps the worker busy for so long is a trap. */
const PATIENCE_MS = 60_000;

/** What is certain from the bytes alone. Elsewhere the server may read what this reader does not. */
const CERTAIN = new Set(['unsupported_format', 'empty_file', 'not_stl', 'not_obj', 'not_3mf', 'truncated', 'size_mismatch',
  'empty_mesh', 'not_finite', 'out_of_range', 'too_many_triangles', 'encrypted', 'missing_model', 'dtd_forbidden']);

/** `mesh` is for the screen: a coarser one of a very fine model. @typedef {{facts: ModelFacts, mesh: Mesh}} Analysis */

/** The model could not be looked at here, which says nothing about the model. */
export class NotAnalysed extends Error {}

/**
 * Throws ModelRefused for a file that is no printable model, NotAnalysed, or the signal's reason.
 * @param {Blob} file
 * @param {string} name  its ending says what it holds
 * @param {AbortSignal} signal
 * @returns {Promise<Analysis>}
 */
export function analyseModel(file, name, signal) {
  const worker = new Worker(new URL('./worker.js', import.meta.url), { type: 'module' });
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let patience;
  const done = new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    patience = setTimeout(() => reject(new NotAnalysed('too slow')), PATIENCE_MS);
    worker.addEventListener('error', () => reject(new NotAnalysed('no worker')));
    worker.addEventListener('message', ({ data }) => {
      if (data.facts) resolve(data);
      else if (data.refusal) reject(new ModelRefused(data.refusal.code, data.refusal.message));
      else reject(new NotAnalysed(data.failure));
    });
    worker.postMessage({ file, extension: extensionOf(name) });
  });
  return done.finally(() => {
    clearTimeout(patience);
    worker.terminate();
  });
}

/** @param {ModelRefused} refusal */
export const isCertain = (refusal) => CERTAIN.has(refusal.code);

/** @param {string} name */
export const extensionOf = (name) => name.slice(name.lastIndexOf('.')).toLowerCase();
