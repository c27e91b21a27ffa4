/** What can be measured on a mesh, in millimetres: the facts of chalicelib/models3d/facts.py. */
import { at, sidesOf } from './mesh.js';
import { topologyOf } from './topology.js';
import { suspectUnit } from './units.js';

/**
 * @import {Mesh, Vector} from './mesh.js'
 * @import {Topology} from './topology.js'
 * @import {UnitSuspicion} from './units.js'
 */

/**
 * `volume_reliable` is false when open or flipped edges leave no clear inside.
 * @typedef {Topology & {format: string, triangles: number, size_mm: Vector, volume_mm3: number, volume_reliable: boolean,
 *   area_mm2: number, watertight: boolean, inside_out: boolean, unit_suspicion: UnitSuspicion | null}} ModelFacts
 */

/** Only a file that declares another unit has certainly thought of it. */
const DEFAULT_UNITS = new Set(['unspecified', 'millimeter']);

/**
 * @param {Mesh} mesh
 * @returns {ModelFacts}
 */
export function factsOf(mesh) {
  const topology = topologyOf(mesh);
  const { volume, area } = integralsOf(mesh);
  const size = /** @type {Vector} */ (sidesOf(mesh).map((side) => rounded(side)));
  const watertight = topology.open_edges === 0 && topology.bodies > 0;
  const reliable = watertight && topology.flipped_edges === 0;
  return {
    ...topology,
    format: mesh.format,
    triangles: mesh.triangles.length / 9,
    size_mm: size,
    volume_mm3: rounded(Math.abs(volume)),
    volume_reliable: reliable,
    area_mm2: rounded(area),
    watertight,
    inside_out: reliable && volume < 0,
    unit_suspicion: DEFAULT_UNITS.has(mesh.unit) ? suspectUnit(size) : null,
  };
}

/** @param {number} value */
const rounded = (value) => Math.round(value * 1e4) / 1e4;

/**
 * Signed volume (mm³) as the sum of the tetrahedra between each face and the middle, and area (mm²).
 * @param {Mesh} mesh
 */
function integralsOf({ triangles, low, high }) {
  const [x, y, z] = [0, 1, 2].map((axis) => (at(low, axis) + at(high, axis)) / 2);
  const middle = /** @type {Vector} */ ([x, y, z]);
  let [volume, area] = [0, 0];
  for (let i = 0; i < triangles.length; i += 9) {
    const [ax, ay, az] = [at(triangles, i), at(triangles, i + 1), at(triangles, i + 2)];
    const [ex, ey, ez] = [at(triangles, i + 3) - ax, at(triangles, i + 4) - ay, at(triangles, i + 5) - az];
    const [fx, fy, fz] = [at(triangles, i + 6) - ax, at(triangles, i + 7) - ay, at(triangles, i + 8) - az];
    const [nx, ny, nz] = [ey * fz - ez * fy, ez * fx - ex * fz, ex * fy - ey * fx];
    volume += (ax - middle[0]) * nx + (ay - middle[1]) * ny + (az - middle[2]) * nz;
    area += Math.sqrt(nx * nx + ny * ny + nz * nz);
  }
  return { volume: volume / 6, area: area / 2 };
}
