/**
 * One model part of a 3MF package: XML to objects with meshes, components and the build list. Names follow the
 * 3MF core specification 1.3 (3mf.io/spec); `path` comes from the production extension.
 */
import { at, refuseTooMany } from './mesh.js';
import { NumberList } from './number_list.js';
import { badIndex, ModelRefused } from './refused.js';
import { damagedXml, readXml, splitName } from './xml.js';
import { partName } from './zip.js';

/** @import {Attributes, XmlBudget} from './xml.js' */

const CORE = 'http://schemas.microsoft.com/3dmanufacturing/core/2015/02';
const PRODUCTION = 'http://schemas.microsoft.com/3dmanufacturing/production/2015/06';
/** @type {ReadonlyMap<string, number>} */
const MM_PER_UNIT = new Map([
  ['micron', 0.001], ['millimeter', 1], ['centimeter', 10], ['inch', 25.4], ['foot', 304.8], ['meter', 1000],
]);
const NOT_PRINTED = new Set(['support', 'solidsupport', 'other']);
const UPRIGHT = [1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0];
/** @type {Record<string, readonly string[]>} */
const TRIPLES = { vertex: ['x', 'y', 'z'], triangle: ['v1', 'v2', 'v3'] };

/** Four rows of three; a row vector (x, y, z, 1) times it, translations in mm. @typedef {number[]} Matrix */

/** @typedef {{key: string, part: string, matrix: Matrix}} Reference */

/**
 * @typedef {{printed: boolean, vertices: Float32Array, faces: Int32Array, components: Reference[]}} Thing
 */

const NO_VERTICES = new Float32Array(0);
const NO_FACES = new Int32Array(0);

export class ModelPart {
  /** @param {string} name */
  constructor(name) {
    this.name = name;
    this.unit = '';
    /** @type {Map<string, Thing>} */
    this.objects = new Map();
    /** @type {Reference[]} */
    this.items = [];
    /** @type {Thing | null} */
    this.thing = null;
    this.vertices = new NumberList(Float64Array);
    this.faces = new NumberList(Int32Array);
    /** Prefixes of namespaces. @type {Map<string, string>} */
    this.namespaces = new Map();
  }

  /**
   * @param {string} name
   * @param {AsyncIterable<Uint8Array>} chunks
   * @param {XmlBudget} budget
   */
  static async read(name, chunks, budget) {
    const part = new ModelPart(name);
    await readXml(chunks, part, budget);
    if (!part.unit) throw new ModelRefused('missing_model', 'The 3MF file holds no 3D model. Export the model again.');
    return part;
  }

  /**
   * Objects are unique within a part.
   * @param {string} id
   */
  keyOf(id, part = this.name) {
    return `${part}\n${id}`;
  }

  /**
   * An element's name without prefix, if it is one of the core namespace, or of none: some exporters forget it.
   * @param {string} name
   */
  core(name) {
    const [prefix, local] = splitName(name);
    const namespace = this.namespaces.get(prefix);
    return namespace === CORE || (prefix === '' && namespace === undefined) ? local : '';
  }

  /** @param {string} name */
  triple(name) {
    return TRIPLES[this.core(name)] ?? null;
  }

  /**
   * @param {string} name
   * @param {number} a
   * @param {number} b
   * @param {number} c
   */
  numbers(name, a, b, c) {
    const list = this.core(name) === 'vertex' ? this.vertices : this.faces;
    list.add(a, b, c);
    refuseTooMany(Math.max(this.faces.length / 3, this.vertices.length / 9));
  }

  /**
   * @param {string} name
   * @param {Attributes} attributes
   */
  start(name, attributes) {
    for (const [key, value] of attributes) {
      if (key === 'xmlns' || key.startsWith('xmlns:')) this.namespaces.set(key.slice(6), value);
    }
    const element = this.core(name);
    if (element === 'model') this.startModel(attributes);
    else if (element === 'object') this.startObject(attributes);
    else if (element === 'component') this.thing?.components.push(this.reference(attributes));
    else if (element === 'item' && attributes.get('printable') !== '0') this.items.push(this.reference(attributes));
  }

  /** @param {string} name */
  end(name) {
    const element = this.core(name);
    if (element === 'mesh') this.endMesh();
    else if (element === 'object') this.thing = null;
  }

  /** @param {Attributes} attributes */
  startModel(attributes) {
    this.unit = attributes.get('unit') ?? 'millimeter';
    if (MM_PER_UNIT.has(this.unit)) return;
    throw new ModelRefused('unsupported_unit', 'The 3MF file uses an unknown unit of length. Export it in millimetres.');
  }

  /** @param {Attributes} attributes */
  startObject(attributes) {
    const key = this.keyOf(attributes.get('id') ?? '');
    if (this.objects.has(key)) throw damagedXml();
    const printed = !NOT_PRINTED.has(attributes.get('type') ?? 'model');
    this.thing = { printed, vertices: NO_VERTICES, faces: NO_FACES, components: [] };
    this.objects.set(key, this.thing);
  }

  endMesh() {
    const [vertices, faces] = [this.vertices.taken(), /** @type {Int32Array} */ (this.faces.taken())];
    const count = vertices.length / 3;
    for (let i = 0; i < faces.length; i += 1) if (at(faces, i) < 0 || at(faces, i) >= count) throw badIndex();
    const scale = this.scale();
    if (this.thing) {
      this.thing.vertices = Float32Array.from(vertices, (value) => value * scale);
      this.thing.faces = faces;
    }
    this.vertices = new NumberList(Float64Array);
    this.faces = new NumberList(Int32Array);
  }

  scale() {
    return MM_PER_UNIT.get(this.unit) ?? 1;
  }

  /**
   * @param {Attributes} attributes
   * @returns {Reference}
   */
  reference(attributes) {
    const path = [...attributes].find(([name]) => {
      const [prefix, local] = splitName(name);
      return local === 'path' && this.namespaces.get(prefix) === PRODUCTION;
    });
    const part = path ? partName(path[1]) : this.name;
    const id = attributes.get('objectid');
    if (id === undefined) throw damagedXml();
    return { key: this.keyOf(id, part), part, matrix: this.matrix(attributes.get('transform') ?? '') };
  }

  /**
   * @param {string} text
   * @returns {Matrix}
   */
  matrix(text) {
    if (!text) return UPRIGHT;
    const numbers = text.trim().split(/\s+/).map(Number);
    if (numbers.length !== 12 || !numbers.every(Number.isFinite)) throw damagedXml();
    const scale = this.scale();
    return numbers.map((value, index) => (index < 9 ? value : value * scale));
  }
}
