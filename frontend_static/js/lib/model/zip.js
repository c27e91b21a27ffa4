/** The zip around a 3MF model, opened without trust: everything is counted. The limits are the server's. */
import { EXPORT_AGAIN, ModelRefused } from './refused.js';

const MAX_MEMBERS = 10_000;
const MAX_READ_BYTES = 320 * 2 ** 20;
const MAX_RATIO = 250;
const RATIO_MATTERS_FROM = 2 ** 20;

const [END, END_64, LOCATOR_64, ENTRY, LOCAL] = [0x06054b50, 0x06064b50, 0x07064b50, 0x02014b50, 0x04034b50];
const END_BYTES = 22;
const ENTRY_BYTES = 46;
const LOCAL_BYTES = 30;
const LONGEST_COMMENT = 0xffff;
const [STORED, DEFLATED] = [0, 8];
const ENCRYPTED_FLAGS = 0x1 | 0x40;
const IN_EXTRA_64 = 0xffffffff;

/** @typedef {{name: string, method: number, packed: number, size: number, local: number}} Member */

/** The parts of a 3MF file by name, as streams. Throws ModelRefused for anything suspicious. */
export class Package {
  /** @param {Uint8Array<ArrayBuffer>} bytes */
  constructor(bytes) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.left = MAX_READ_BYTES;
    if (bytes.length < 4 || this.view.getUint32(0, true) !== LOCAL) {
      throw new ModelRefused('not_3mf', `This is not a 3MF file, only its name says so. ${EXPORT_AGAIN}`);
    }
    /** @type {Map<string, Member>} */
    this.members = new Map();
    readable(() => this.readDirectory());
  }

  /** @param {string} part */
  has(part) {
    return this.members.has(part.toLowerCase());
  }

  /**
   * The unpacked bytes of a part, in pieces; all parts together are limited.
   * @param {string} part
   * @returns {AsyncGenerator<Uint8Array>}
   */
  async *stream(part) {
    const member = this.members.get(part.toLowerCase());
    if (!member) throw damagedZip();
    const source = new Blob([readable(() => this.packedBytes(member))]).stream();
    const pieces = (member.method === STORED ? source : source.pipeThrough(new DecompressionStream('deflate-raw'))).getReader();
    try {
      for (let piece = await nextOf(pieces); piece; piece = await nextOf(pieces)) {
        this.left -= piece.length;
        if (this.left < 0) throw zipBomb();
        yield piece;
      }
    } finally {
      void pieces.cancel().catch(() => undefined);
    }
  }

  readDirectory() {
    const { count, start } = this.directory();
    if (count > MAX_MEMBERS) throw zipBomb();
    for (let at = start, i = 0; i < count; i += 1) {
      if (this.view.getUint32(at, true) !== ENTRY) throw damagedZip();
      const [nameBytes, extraBytes, commentBytes] = [28, 30, 32].map((field) => this.view.getUint16(at + field, true));
      const end = at + ENTRY_BYTES + (nameBytes ?? 0) + (extraBytes ?? 0);
      const member = this.member(at, at + ENTRY_BYTES + (nameBytes ?? 0), end);
      if (this.has(member.name)) throw damagedZip();
      this.members.set(member.name.toLowerCase(), member);
      at = end + (commentBytes ?? 0);
    }
  }

  /** How many entries there are and where they begin. */
  directory() {
    const { view } = this;
    let end = this.bytes.length - END_BYTES;
    for (const last = end - LONGEST_COMMENT; view.getUint32(end, true) !== END; end -= 1) if (end < last) throw damagedZip();
    if (end >= 20 && view.getUint32(end - 20, true) === LOCATOR_64) {
      const at = Number(view.getBigUint64(end - 12, true));
      if (view.getUint32(at, true) !== END_64) throw damagedZip();
      return { count: Number(view.getBigUint64(at + 32, true)), start: Number(view.getBigUint64(at + 48, true)) };
    }
    return { count: view.getUint16(end + 10, true), start: view.getUint32(end + 16, true) };
  }

  /**
   * @param {number} at     where the entry begins
   * @param {number} extra  where its further fields begin
   * @param {number} end
   * @returns {Member}
   */
  member(at, extra, end) {
    const { view } = this;
    const name = new TextDecoder().decode(this.bytes.subarray(at + ENTRY_BYTES, extra));
    const long = longFields(view, extra, end);
    const field = (/** @type {number} */ offset) => {
      const value = view.getUint32(at + offset, true);
      return value === IN_EXTRA_64 ? long.next().value ?? value : value;
    };
    const [size, packed, local] = [field(24), field(20), field(42)];
    const member = { name, method: view.getUint16(at + 10, true), packed, size, local };
    check(member, view.getUint16(at + 8, true));
    return member;
  }

  /** @param {Member} member */
  packedBytes({ local, packed }) {
    if (this.view.getUint32(local, true) !== LOCAL) throw damagedZip();
    const start = local + LOCAL_BYTES + this.view.getUint16(local + 26, true) + this.view.getUint16(local + 28, true);
    if (start + packed > this.bytes.length) throw damagedZip();
    return this.bytes.subarray(start, start + packed);
  }
}

/**
 * A reference from inside the package ("/3D/a%20b.model") as a member's name.
 * @param {string} reference
 */
export function partName(reference) {
  const name = readable(() => decodeURIComponent(reference)).replace(/^\//, '');
  checkName(name);
  return name;
}

/**
 * Sizes and places too large for the entry itself, in their order.
 * @param {DataView} view
 * @param {number} from
 * @param {number} to
 * @returns {Generator<number, undefined>}
 */
function* longFields(view, from, to) {
  for (let at = from; at + 4 <= to; at += 4 + view.getUint16(at + 2, true)) {
    if (view.getUint16(at, true) !== 1) continue;
    for (let i = at + 4; i < at + 4 + view.getUint16(at + 2, true); i += 8) yield Number(view.getBigUint64(i, true));
  }
}

/**
 * @param {Member} member
 * @param {number} flags
 */
function check({ name, method, packed, size }, flags) {
  checkName(name);
  if (flags & ENCRYPTED_FLAGS) {
    throw new ModelRefused('encrypted',
      'The 3MF file is protected with a password. Save it without protection and choose it again.');
  }
  if (method !== STORED && method !== DEFLATED) {
    throw new ModelRefused('unsupported_compression', 'The 3MF file is packed in a way that 3D printing programs do not read. '
      + 'Save it again from your design or slicing program rather than with an archive program.');
  }
  if (size > RATIO_MATTERS_FROM && size > MAX_RATIO * Math.max(packed, 1)) throw zipBomb();
}

/** @param {string} name */
function checkName(name) {
  if (!/^\/|[\\:\x00-\x1f\x7f]/.test(name) && !name.split('/').includes('..')) return;
  throw new ModelRefused('unsafe_path', 'The 3MF file contains a file name that would be written outside of its own folder. '
    + `Such a file is not accepted. ${EXPORT_AGAIN}`);
}

/**
 * What a step answers; a place outside of the file, or text that is none, means damage.
 * @template T
 * @param {() => T} step
 * @returns {T}
 */
function readable(step) {
  try {
    return step();
  } catch (error) {
    if (error instanceof RangeError || error instanceof URIError) throw damagedZip();
    throw error;
  }
}

/** @param {ReadableStreamDefaultReader<Uint8Array>} pieces */
async function nextOf(pieces) {
  try {
    return (await pieces.read()).value;
  } catch {
    throw damagedZip();
  }
}

export const damagedZip = () => new ModelRefused('damaged',
  `The 3MF file is damaged or cut off. Perhaps a copy or download was interrupted. ${EXPORT_AGAIN}`);

const zipBomb = () => new ModelRefused('zip_bomb', 'The 3MF file unpacks to far more data than any printable model has. It is '
  + 'not accepted. Reduce the model (decimate it, remove images and extra parts) and export it again.');
