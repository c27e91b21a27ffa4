/** How a model is turned and put into the middle of a build plate, standing on it. */
import { Matrix4 } from '../three.js';
import { at, sidesOf } from './mesh.js';

/**
 * @import {Fit} from './fit.js'
 * @import {Mesh} from './mesh.js'
 */

/** @type {Fit['sides']} */
const UPRIGHT = [0, 1, 2];

/**
 * @param {Mesh} model
 * @param {Fit | null} fit  as it is, where it is not given
 * @returns {Matrix4}
 */
export function poseOf(model, fit) {
  const sides = fit?.sides ?? UPRIGHT;
  const [x, y, z] = [0, 1, 2].map((axis) => (at(model.low, axis) + at(model.high, axis)) / -2);
  const middle = new Matrix4().makeTranslation(x ?? 0, y ?? 0, z ?? 0);
  const up = new Matrix4().makeTranslation(0, 0, at(sidesOf(model), sides[2]) / 2);
  const around = new Matrix4().makeRotationZ(fit?.way === 'diagonal' ? fit.angle * (Math.PI / 180) : 0);
  return up.multiply(around).multiply(exchanged(sides)).multiply(middle);
}

/**
 * The rotation that brings the model's axes `sides` to x, y and z. An exchange of two axes alone would mirror
 * the model; turning one of them round makes a quarter turn of it.
 * @param {readonly [number, number, number]} sides
 */
function exchanged(sides) {
  const mirrors = sides.filter((side, axis) => side === axis).length === 1;
  const row = (/** @type {number} */ axis) => [0, 1, 2].map((column) => {
    if (column !== sides[axis]) return 0;
    return mirrors && axis === 0 ? -1 : 1;
  });
  const [a, b, c] = [row(0), row(1), row(2)];
  return new Matrix4().set(at(a, 0), at(a, 1), at(a, 2), 0, at(b, 0), at(b, 1), at(b, 2), 0, at(c, 0), at(c, 1), at(c, 2), 0,
    0, 0, 0, 1);
}
