/** Whether a model fits into a printer, and how it must be turned for that: the rules of models3d/fit.py. */
import { at } from './mesh.js';

/** @import {Vector} from './mesh.js' */

const TOLERANCE_MM = 0.01;
const QUARTER_DEGREES = Array.from({ length: 359 }, (_, step) => ((step + 1) / 4) * (Math.PI / 180));

/** Which axis of the model becomes which of the printer, upright first, then those that turn it least. */
const SIDES = /** @type {const} */ ([[0, 1, 2], [1, 0, 2], [0, 2, 1], [2, 1, 0], [1, 2, 0], [2, 0, 1]]);

/** @typedef {readonly [number, number, number]} Sides */

/**
 * The easiest way in which a model fits: as it is, turned by 90° on the bed, turned by another angle, on another
 * of its sides, or none. `sides` says which side of the model then runs along width, depth and height; `excess`
 * by how much each is too long as the model stands; `scale` the percentage at which it would fit on some side.
 * @typedef {{way: 'upright' | 'turned' | 'diagonal' | 'lying' | 'none', angle: number, sides: Sides, excess: Vector,
 *   scale: number}} Fit
 */

/**
 * @param {Vector} size mm
 * @param {Vector} volume width, depth and height of the printer, mm
 * @returns {Fit}
 */
export function fitOf(size, volume) {
  const [small, large] = [[...size].sort(byLength), [...volume].sort(byLength)];
  const room = [0, 1, 2].map((axis) => at(large, axis) / Math.max(at(small, axis), 1e-9));
  return { ...wayOf(size, volume), excess: excessOf(size, volume), scale: Math.floor(100 * Math.min(...room)) };
}

/** @param {Fit} fit */
export const fits = (fit) => fit.way !== 'none';

/**
 * @param {Vector} size
 * @param {Sides} sides
 */
export const turnedTo = (size, sides) => /** @type {Vector} */ (sides.map((axis) => at(size, axis)));

const byLength = (/** @type {number} */ a, /** @type {number} */ b) => a - b;

/**
 * @param {Vector} size
 * @param {Vector} volume
 * @returns {Pick<Fit, 'way' | 'angle' | 'sides'>}
 */
function wayOf(size, volume) {
  const [upright, turned, ...lying] = SIDES;
  if (within(size, volume)) return { way: 'upright', angle: 0, sides: upright };
  if (within(turnedTo(size, turned), volume)) return { way: 'turned', angle: 90, sides: turned };
  const angle = size[2] <= volume[2] + TOLERANCE_MM ? diagonalAngle(size, volume) : null;
  if (angle !== null) return { way: 'diagonal', angle, sides: upright };
  const sides = lying.find((each) => within(turnedTo(size, each), volume));
  return sides ? { way: 'lying', angle: 0, sides } : { way: 'none', angle: 0, sides: upright };
}

/**
 * @param {Vector} size
 * @param {Vector} volume
 */
const within = (size, volume) => size.every((side, axis) => side <= at(volume, axis) + TOLERANCE_MM);

/**
 * The angle, in degrees, at which the turned footprint leaves the most room, if it fits at all.
 * @param {Vector} size
 * @param {Vector} volume
 * @returns {number | null}
 */
function diagonalAngle([width, depth], [across, along]) {
  const roomAt = (/** @type {number} */ angle) => {
    const [cosine, sine] = [Math.cos(angle), Math.sin(angle)];
    return Math.min(across - width * cosine - depth * sine, along - width * sine - depth * cosine);
  };
  const rooms = QUARTER_DEGREES.map(roomAt);
  const most = Math.max(...rooms);
  return most >= -TOLERANCE_MM ? Math.round((rooms.indexOf(most) + 1) / 4) : null;
}

/**
 * For the better of the two ways round on the bed.
 * @param {Vector} size
 * @param {Vector} volume
 * @returns {Vector}
 */
function excessOf([width, depth, height], volume) {
  const over = (/** @type {number} */ x, /** @type {number} */ y) => [Math.max(x - volume[0], 0), Math.max(y - volume[1], 0)];
  const [asIs, turned] = [over(width, depth), over(depth, width)];
  const [x, y] = Math.max(...asIs) <= Math.max(...turned) ? asIs : turned;
  const rounded = [x, y, Math.max(height - volume[2], 0)].map((value) => Math.round((value ?? 0) * 100) / 100);
  return /** @type {Vector} */ (rounded);
}
