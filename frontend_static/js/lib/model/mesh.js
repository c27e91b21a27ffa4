/** The mesh that every reader produces and everything else works on. */
import { EXPORT_AGAIN, ModelRefused } from './refused.js';

/** Limits and their reasons are the server's: chalicelib/models3d/mesh.py. */
export const MAX_TRIANGLES = 2_000_000;
const MAX_COORDINATE_MM = 1e7;
const MIN_SIZE_MM = 1e-6;

/** @typedef {[number, number, number]} Vector */

/**
 * Triangles in millimetres, z up: nine coordinates each. `unit` is what the file declares.
 * @typedef {{triangles: Float32Array<ArrayBuffer>, format: string, unit: string, low: Vector, high: Vector}} Mesh
 */

/**
 * A mesh whose coordinates are finite, in range and span some space; throws ModelRefused otherwise.
 * @param {Float32Array<ArrayBuffer>} triangles
 * @param {string} format
 * @param {string} [unit]
 * @returns {Mesh}
 */
export function checkedMesh(triangles, format, unit = 'unspecified') {
  if (triangles.length === 0) {
    throw new ModelRefused('empty_mesh', 'The file contains no surfaces to print. Select the solid (not only a sketch or a '
      + 'curve) in your design program and export it again.');
  }
  refuseTooMany(triangles.length / 9);
  const { low, high } = boundsOf(triangles);
  if (![...low, ...high].every(Number.isFinite)) {
    throw new ModelRefused('not_finite', `The file contains coordinates that are not numbers (NaN or infinity). ${EXPORT_AGAIN}`);
  }
  if (Math.max(...low.map((value) => -value), ...high) > MAX_COORDINATE_MM) {
    throw new ModelRefused('out_of_range', 'The model is kilometres in size or away from the origin. Check the units, move it '
      + 'to the origin in your design program and export it again.');
  }
  if (diagonalOf({ low, high }) < MIN_SIZE_MM) {
    throw new ModelRefused('empty_mesh', `All surfaces of the model lie in a single point. ${EXPORT_AGAIN}`);
  }
  return { triangles, format, unit, low, high };
}

/** @param {number} triangles */
export function refuseTooMany(triangles) {
  if (triangles <= MAX_TRIANGLES) return;
  throw new ModelRefused('too_many_triangles', 'The model has more than 2,000,000 triangles, far finer than any printer can '
    + 'print. Reduce the mesh (decimate, or export with a coarser resolution) and choose the new file.');
}

/** @param {{low: Vector, high: Vector}} box */
export const sidesOf = ({ low, high }) => /** @type {Vector} */ (high.map((value, axis) => value - at(low, axis)));

/** @param {{low: Vector, high: Vector}} box */
export const diagonalOf = (box) => Math.hypot(...sidesOf(box));

/**
 * An element that is known to be there.
 * @param {ArrayLike<number>} list
 * @param {number} index
 */
export const at = (list, index) => /** @type {number} */ (list[index]);

/**
 * NaN wherever any coordinate is NaN.
 * @param {Float32Array} triangles
 * @returns {{low: Vector, high: Vector}}
 */
function boundsOf(triangles) {
  /** @type {Vector} */
  const low = [Infinity, Infinity, Infinity];
  /** @type {Vector} */
  const high = [-Infinity, -Infinity, -Infinity];
  for (let axis = 0; axis < 3; axis += 1) {
    let [least, most] = [Infinity, -Infinity];
    for (let i = axis; i < triangles.length; i += 3) {
      const value = at(triangles, i);
      if (value < least) least = value;
      if (value > most) most = value;
      if (value !== value) least = most = NaN;
    }
    [low[axis], high[axis]] = [least, most];
  }
  return { low, high };
}
