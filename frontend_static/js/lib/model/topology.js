/**
 * How triangles hang together: shared corners, edges, connected bodies. The definitions are those of
 * chalicelib/models3d/topology.py, with arrays of numbers instead of numpy.
 */
import { corners } from './corners.js';
import { at } from './mesh.js';

/** @import {Mesh} from './mesh.js' */

/** @typedef {{open_edges: number, non_manifold_edges: number, flipped_edges: number, bodies: number}} Topology */

/**
 * An edge is open when an odd number of faces meets there, non-manifold when more than two do, flipped when an
 * even number does but not half of them in each direction. Faces with two corners in one point have no say.
 * @param {Mesh} mesh
 * @returns {Topology}
 */
export function topologyOf(mesh) {
  const { ids, distinct } = corners(mesh);
  const whole = withoutCollapsed(ids);
  return { ...edgesOf(whole, distinct), bodies: bodiesOf(whole, distinct) };
}

/**
 * The faces with three distinct corners, in the same array.
 * @param {Int32Array} ids three corners a face
 */
function withoutCollapsed(ids) {
  let kept = 0;
  for (let i = 0; i < ids.length; i += 3) {
    const [a, b, c] = [at(ids, i), at(ids, i + 1), at(ids, i + 2)];
    if (a === b || b === c || c === a) continue;
    ids[kept] = a;
    ids[kept + 1] = b;
    ids[kept + 2] = c;
    kept += 3;
  }
  return ids.subarray(0, kept);
}

/**
 * Every edge is one number, (lower corner, higher corner, direction); sorting brings those of one edge together.
 * With six million corners at most the numbers stay below 2^47, where doubles are exact.
 * @param {Int32Array} ids
 * @param {number} distinct
 */
function edgesOf(ids, distinct) {
  const words = new Float64Array(ids.length);
  for (let i = 0; i < ids.length; i += 1) {
    const start = at(ids, i);
    const end = at(ids, i % 3 === 2 ? i - 2 : i + 1);
    words[i] = start < end ? (start * distinct + end) * 2 + 1 : (end * distinct + start) * 2;
  }
  words.sort();
  const found = { open_edges: 0, non_manifold_edges: 0, flipped_edges: 0 };
  for (let i = 0; i < words.length;) {
    const even = 2 * Math.floor(at(words, i) / 2);
    let [amount, forward] = [0, 0];
    for (; i < words.length && at(words, i) <= even + 1; i += 1) {
      amount += 1;
      forward += at(words, i) - even;
    }
    if (amount % 2) found.open_edges += 1;
    else if (forward * 2 !== amount) found.flipped_edges += 1;
    if (amount > 2) found.non_manifold_edges += 1;
  }
  return found;
}

/**
 * Connected bodies, by union and find with halved paths (Tarjan and van Leeuwen, J. ACM 31, 1984).
 * @param {Int32Array} ids
 * @param {number} distinct
 */
function bodiesOf(ids, distinct) {
  const parent = new Int32Array(distinct).fill(-1);
  const root = (/** @type {number} */ corner) => {
    let here = corner;
    while (at(parent, here) !== here) here = parent[here] = at(parent, at(parent, here));
    return here;
  };
  let bodies = 0;
  for (let i = 0; i < ids.length; i += 1) {
    const corner = at(ids, i);
    if (parent[corner] !== -1) continue;
    parent[corner] = corner;
    bodies += 1;
  }
  for (let i = 0; i < ids.length; i += 1) {
    if (i % 3 === 0) continue;
    const [one, other] = [root(at(ids, i)), root(at(ids, i - 1))];
    if (one === other) continue;
    parent[Math.max(one, other)] = Math.min(one, other);
    bodies -= 1;
  }
  return bodies;
}
