/** Which corners of a mesh are the same: exporters round one point differently from face to face. */
import { at, diagonalOf } from './mesh.js';

/** @import {Mesh} from './mesh.js' */

/** Corners in one cell of this part of the diagonal are one, so a cell's number along an axis has 19 bits. */
const SNAP = 2e-6;
const LOW_BITS = 7;
/** Adding and subtracting it rounds a double half to even, as numpy does. */
const ROUND = 1.5 * 2 ** 52;

/**
 * A number for every corner, and how many there are.
 * @param {Mesh} mesh
 * @param {number} [snap]
 */
export function corners(mesh, snap = SNAP) {
  const { triangles, low } = mesh;
  const scale = Math.fround(1 / (snap * diagonalOf(mesh)));
  const cell = (/** @type {number} */ index, /** @type {number} */ origin) =>
    Math.fround(Math.fround(at(triangles, index) - origin) * scale) + ROUND - ROUND;
  const [left, front, bottom] = [Math.fround(low[0]), Math.fround(low[1]), Math.fround(low[2])];
  const ids = new Int32Array(triangles.length / 3);
  const known = new Cells(ids.length >> 2);
  for (let i = 0; i < ids.length; i += 1) {
    const y = cell(3 * i + 1, front);
    const first = (cell(3 * i, left) << (19 - LOW_BITS)) | (y >>> LOW_BITS);
    const second = ((y & ((1 << LOW_BITS) - 1)) << 19) | cell(3 * i + 2, bottom);
    ids[i] = known.numberOf(first, second);
  }
  return { ids, distinct: known.count };
}

/** A growing hash table of cells, each packed into two words, with linear probing. */
class Cells {
  /** @param {number} expected how many cells, about */
  constructor(expected) {
    const size = 2 ** Math.ceil(Math.log2(Math.max(expected, 16) * 2));
    this.count = 0;
    this.first = new Int32Array(size / 2);
    this.second = new Int32Array(size / 2);
    this.slots = new Int32Array(size).fill(-1);
  }

  /**
   * The number of this cell, a new one if it is new.
   * @param {number} first
   * @param {number} second
   * @returns {number}
   */
  numberOf(first, second) {
    let slot = this.slotOf(first, second);
    for (let found = at(this.slots, slot); found !== -1; found = at(this.slots, slot)) {
      if (this.first[found] === first && this.second[found] === second) return found;
      slot = (slot + 1) & (this.slots.length - 1);
    }
    if (this.count === this.first.length) {
      this.grow();
      return this.numberOf(first, second);
    }
    this.first[this.count] = first;
    this.second[this.count] = second;
    this.slots[slot] = this.count;
    this.count += 1;
    return this.count - 1;
  }

  /**
   * Every bit of both words changes half of the slot's (the last step of A. Appleby's MurmurHash3): cells lie close.
   * @param {number} first
   * @param {number} second
   */
  slotOf(first, second) {
    let mixed = Math.imul(first, 0x9E3779B1) ^ second;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85EBCA6B);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xC2B2AE35);
    return (mixed ^ (mixed >>> 16)) & (this.slots.length - 1);
  }

  grow() {
    const [first, second] = [this.first, this.second];
    this.first = new Int32Array(2 * first.length);
    this.second = new Int32Array(2 * second.length);
    this.first.set(first);
    this.second.set(second);
    this.slots = new Int32Array(2 * this.slots.length).fill(-1);
    for (let id = 0; id < this.count; id += 1) {
      let slot = this.slotOf(at(first, id), at(second, id));
      while (this.slots[slot] !== -1) slot = (slot + 1) & (this.slots.length - 1);
      this.slots[slot] = id;
    }
  }
}
