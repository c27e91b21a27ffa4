/** From the bytes of a file to a mesh, by the file's ending. */
import { readObj } from './obj.js';
import { ModelRefused } from './refused.js';
import { readStl } from './stl.js';
import { read3mf } from './threemf.js';

/** @import {Mesh} from './mesh.js' */

/** @type {Record<string, (bytes: Uint8Array<ArrayBuffer>) => Mesh | Promise<Mesh>>} */
const READERS = { '.stl': readStl, '.obj': readObj, '.3mf': read3mf };

/**
 * Throws ModelRefused when the bytes are not what the ending says, or not a model at all.
 * @param {Uint8Array<ArrayBuffer>} bytes  may be changed
 * @param {string} extension such as ".stl"
 * @returns {Promise<Mesh>}
 */
export async function loadModel(bytes, extension) {
  const reader = READERS[extension.toLowerCase()];
  if (!reader) throw new ModelRefused('unsupported_format', 'The lab prints .stl, .obj, .3mf files. Export your model as one of these.');
  if (bytes.length === 0) throw new ModelRefused('empty_file', 'The file is empty (0 bytes). Export the model again.');
  return reader(bytes);
}
