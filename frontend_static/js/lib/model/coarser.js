/**
 * A coarser copy of a very fine mesh, for the screen: a million triangles on a canvas of a thousand pixels would stop a
 * computer without a graphics card for seconds, and look the same.
 */
import { corners } from './corners.js';
import { at } from './mesh.js';

/** @import {Mesh} from './mesh.js' */

const SHOWN_MOST = 150_000;
/** Corners within one cell of this part of the diagonal become one, in their middle (Rossignac and Borrel, 1993). */
const CELL = 1 / 300;

/**
 * The mesh itself where it is coarse enough.
 * @param {Mesh} mesh
 * @returns {Mesh}
 */
export function coarser(mesh) {
  if (mesh.triangles.length <= 9 * SHOWN_MOST) return mesh;
  const { ids, distinct } = corners(mesh, CELL);
  const middles = middlesOf(mesh, ids, distinct);
  const triangles = new Float32Array(mesh.triangles.length);
  let end = 0;
  for (let i = 0; i < ids.length; i += 3) {
    const [a, b, c] = [at(ids, i), at(ids, i + 1), at(ids, i + 2)];
    if (a === b || b === c || c === a) continue;
    for (const id of [a, b, c]) {
      triangles[end] = at(middles, 3 * id);
      triangles[end + 1] = at(middles, 3 * id + 1);
      triangles[end + 2] = at(middles, 3 * id + 2);
      end += 3;
    }
  }
  return { ...mesh, triangles: triangles.slice(0, end) };
}

/**
 * @param {Mesh} mesh
 * @param {Int32Array} ids
 * @param {number} distinct
 */
function middlesOf({ triangles }, ids, distinct) {
  const sums = new Float64Array(3 * distinct);
  const counts = new Int32Array(distinct);
  for (let i = 0; i < ids.length; i += 1) {
    const id = at(ids, i);
    counts[id] = at(counts, id) + 1;
    for (let axis = 0; axis < 3; axis += 1) sums[3 * id + axis] = at(sums, 3 * id + axis) + at(triangles, 3 * i + axis);
  }
  for (let i = 0; i < sums.length; i += 1) sums[i] = at(sums, i) / at(counts, Math.floor(i / 3));
  return sums;
}
