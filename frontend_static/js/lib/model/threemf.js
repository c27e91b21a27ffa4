/** 3MF from bytes to a mesh: what the build list puts on the plate, in millimetres. */
import { at, checkedMesh, refuseTooMany } from './mesh.js';
import { EXPORT_AGAIN, ModelRefused } from './refused.js';
import { ModelPart } from './threemf_part.js';
import { readXml, tooComplex, XmlBudget } from './xml.js';
import { damagedZip, Package, partName } from './zip.js';

/**
 * @import {Mesh} from './mesh.js'
 * @import {Matrix, Thing} from './threemf_part.js'
 */

/** The limits are the server's. */
const MAX_COMPONENT_DEPTH = 32;
const MAX_PLACEMENTS = 10_000;
const MAX_PARTS = 1_000;
const RELATIONSHIPS = '_rels/.rels';
const MODEL_TYPE = 'http://schemas.microsoft.com/3dmanufacturing/2013/01/3dmodel';
const USUAL_PART = '3D/3dmodel.model';

/**
 * Supports units, transforms, components, parts referenced by the production extension and PrusaSlicer's
 * `printable="0"`; leaves out support objects. Everything is counted before it is expanded.
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @returns {Promise<Mesh>}
 */
export async function read3mf(bytes) {
  const files = new Package(bytes);
  const budget = new XmlBudget();
  const name = await rootPart(files, budget);
  const root = await ModelPart.read(name, files.stream(name), budget);
  const plate = new Plate(await allObjects(files, root, budget));
  const sizes = root.items.map(({ key }) => plate.measure(key));
  const total = sizes.reduce((sum, size) => sum + size.triangles, 0);
  refuseTooMany(total);
  if (sizes.reduce((sum, size) => sum + size.placements, 0) > MAX_PLACEMENTS) throw tooComplex();
  const triangles = new Float32Array(9 * total);
  let start = 0;
  for (const { key, matrix } of root.items) start = plate.place(key, matrix, triangles, start);
  return checkedMesh(triangles, '3mf', root.unit);
}

/**
 * The part that the package's relationships call the 3D model, else the usual name.
 * @param {Package} files
 * @param {XmlBudget} budget
 */
async function rootPart(files, budget) {
  /** @type {string[]} */
  const targets = [];
  const handler = {
    start: (/** @type {string} */ _, /** @type {Map<string, string>} */ attributes) => {
      if (attributes.get('Type') === MODEL_TYPE) targets.push(partName(attributes.get('Target') ?? ''));
    },
    end: () => undefined,
    triple: () => null,
    numbers: () => undefined,
  };
  if (files.has(RELATIONSHIPS)) await readXml(files.stream(RELATIONSHIPS), handler, budget);
  const found = [...targets, USUAL_PART].find((name) => files.has(name));
  if (found) return found;
  throw new ModelRefused('missing_model',
    `The 3MF file holds no 3D model: perhaps another kind of document was renamed. ${EXPORT_AGAIN}`);
}

/**
 * Objects of the root part and of every part that is reached from it.
 * @param {Package} files
 * @param {ModelPart} root
 * @param {XmlBudget} budget
 */
async function allObjects(files, root, budget) {
  const objects = new Map(root.objects);
  const [seen, waiting] = [new Set([root.name]), partsOf(root)];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (seen.has(name)) continue;
    seen.add(name);
    if (seen.size > MAX_PARTS) throw tooComplex();
    if (!files.has(name)) throw damagedZip();
    const part = await ModelPart.read(name, files.stream(name), budget);
    for (const [key, thing] of part.objects) objects.set(key, thing);
    waiting.push(...partsOf(part));
  }
  return objects;
}

/** @param {ModelPart} part */
const partsOf = ({ items, objects }) =>
  [...items, ...[...objects.values()].flatMap(({ components }) => components)].map(({ part }) => part);

/** What an object expands to. @typedef {{triangles: number, placements: number, depth: number}} Size */

class Plate {
  /** @param {Map<string, Thing>} objects */
  constructor(objects) {
    this.objects = objects;
    /** @type {Map<string, Size | null>} null while being measured */
    this.sizes = new Map();
  }

  /**
   * The size of an object with all its components; refuses cycles and deep nesting.
   * @param {string} key
   * @returns {Size}
   */
  measure(key, level = 1) {
    const [known, thing] = [this.sizes.get(key), this.objects.get(key)];
    if (known) return known;
    if (known === null) {
      throw new ModelRefused('component_cycle', `The 3MF file contains a part that contains itself. ${EXPORT_AGAIN}`);
    }
    if (!thing) throw damagedZip();
    refuseDeep(level);
    this.sizes.set(key, null);
    const size = this.sum(thing, level);
    refuseDeep(size.depth);
    this.sizes.set(key, size);
    return size;
  }

  /**
   * @param {Thing} thing
   * @param {number} level
   * @returns {Size}
   */
  sum(thing, level) {
    if (!thing.printed) return { triangles: 0, placements: 0, depth: 1 };
    const parts = thing.components.map(({ key }) => this.measure(key, level + 1));
    const own = thing.faces.length / 3;
    return {
      triangles: parts.reduce((sum, part) => sum + part.triangles, own),
      placements: parts.reduce((sum, part) => sum + part.placements, own ? 1 : 0),
      depth: 1 + Math.max(0, ...parts.map((part) => part.depth)),
    };
  }

  /**
   * Writes every mesh below `key` into `triangles` from `start` on; answers where it stopped.
   * @param {string} key
   * @param {Matrix} matrix
   * @param {Float32Array} triangles
   * @param {number} start
   */
  place(key, matrix, triangles, start) {
    const thing = this.objects.get(key);
    if (!thing || !this.measure(key).triangles) return start;
    let end = write(thing, matrix, triangles, start);
    for (const part of thing.components) end = this.place(part.key, combined(part.matrix, matrix), triangles, end);
    return end;
  }
}

/**
 * Mirroring turns faces inside out, so that is undone by taking their corners backwards.
 * @param {Thing} thing
 * @param {Matrix} matrix
 * @param {Float32Array} triangles
 * @param {number} start
 */
function write({ vertices, faces }, matrix, triangles, start) {
  const mirrored = determinant(matrix) < 0;
  for (let i = 0; i < faces.length; i += 1) {
    const from = 3 * at(faces, mirrored ? i - (i % 3) + 2 - (i % 3) : i);
    const [x, y, z] = [at(vertices, from), at(vertices, from + 1), at(vertices, from + 2)];
    for (let axis = 0; axis < 3; axis += 1) {
      triangles[start + 3 * i + axis] = x * at(matrix, axis) + y * at(matrix, 3 + axis) + z * at(matrix, 6 + axis)
        + at(matrix, 9 + axis);
    }
  }
  return start + 3 * faces.length;
}

/** @param {Matrix} matrix */
function determinant(matrix) {
  const m = (/** @type {number} */ row, /** @type {number} */ column) => at(matrix, 3 * row + column);
  const minor = (/** @type {number} */ a, /** @type {number} */ b) => m(1, a) * m(2, b) - m(1, b) * m(2, a);
  return m(0, 0) * minor(1, 2) - m(0, 1) * minor(0, 2) + m(0, 2) * minor(0, 1);
}

/**
 * First `inner`, then `outer`.
 * @param {Matrix} inner
 * @param {Matrix} outer
 * @returns {Matrix}
 */
const combined = (inner, outer) => inner.map((_, index) => {
  const [row, column] = [index - (index % 3), index % 3];
  const turned = at(inner, row) * at(outer, column) + at(inner, row + 1) * at(outer, 3 + column)
    + at(inner, row + 2) * at(outer, 6 + column);
  return row === 9 ? turned + at(outer, 9 + column) : turned;
});

/** @param {number} depth */
function refuseDeep(depth) {
  if (depth <= MAX_COMPONENT_DEPTH) return;
  throw new ModelRefused('component_depth', `The parts of the 3MF file are nested more than ${MAX_COMPONENT_DEPTH} levels deep. `
    + 'Merge the parts into one and export it again.');
}
