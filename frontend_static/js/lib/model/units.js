/** Whether a model was drawn in another unit than the millimetres it is read as. */
import { at } from './mesh.js';

/** @import {Vector} from './mesh.js' */

const MM_PER_INCH = 25.4;

/** Longest side below which, unit, mm per unit: explains implausibly small objects. */
const SUSPECTS = /** @type {const} */ ([[0.5, 'metres', 1000], [5, 'inches', MM_PER_INCH], [10, 'centimetres', 10]]);

/** @typedef {{unit: 'metres' | 'inches' | 'centimetres', size_mm: Vector}} UnitSuspicion */

/**
 * Judged by the longest side: prints smaller than a fingertip are rare, forgotten units are not.
 * @param {Vector} size mm
 * @returns {UnitSuspicion | null}
 */
export function suspectUnit(size) {
  const suspect = SUSPECTS.find(([below]) => Math.max(...size) < below);
  return suspect ? { unit: suspect[1], size_mm: scaled(size, suspect[2]) } : null;
}

/**
 * Every side times `factor`, rounded to a thousandth.
 * @param {Vector} size
 * @param {number} factor
 * @returns {Vector}
 */
export const scaled = (size, factor) => /** @type {Vector} */ ([0, 1, 2].map((axis) =>
  Math.round(at(size, axis) * factor * 1000) / 1000));
