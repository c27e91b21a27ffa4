/** STL, binary and ASCII (several solids too), from bytes to a mesh. */
import { Cursor } from './cursor.js';
import { checkedMesh, refuseTooMany } from './mesh.js';
import { NumberList } from './number_list.js';
import { cutOff, damaged, EXPORT_AGAIN, ModelRefused } from './refused.js';

/** @import {Mesh} from './mesh.js' */

const HEADER_BYTES = 84;
const RECORD_BYTES = 50;
/** A "triangle count" beyond 1 GB of triangles means that these four bytes are something else. */
const PLAUSIBLE_COUNT = 20_000_000;

/**
 * Binary exactly when the size is 84 + 50·n for the n that the header announces, whatever the header says: one
 * real binary file in ten begins with "solid".
 * @param {Uint8Array} bytes
 * @returns {Mesh}
 */
export function readStl(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = bytes.length >= HEADER_BYTES ? view.getUint32(80, true) : -1;
  if (count >= 0 && bytes.length === HEADER_BYTES + RECORD_BYTES * count) return readBinary(view, count);
  const start = String.fromCharCode(...bytes.subarray(0, 512)).replace(/^\xef\xbb\xbf/, '').trimStart();
  if (/^solid/i.test(start) && !bytes.includes(0)) return readAscii(bytes);
  throw notAscii(bytes.length, count);
}

/**
 * @param {DataView} view
 * @param {number} count
 */
function readBinary(view, count) {
  refuseTooMany(count);
  const triangles = new Float32Array(9 * count);
  for (let i = 0; i < count; i += 1) {
    const corners = HEADER_BYTES + RECORD_BYTES * i + 12;
    for (let j = 0; j < 9; j += 1) triangles[9 * i + j] = view.getFloat32(corners + 4 * j, true);
  }
  return checkedMesh(triangles, 'stl-binary');
}

/**
 * What to say about bytes that are neither a whole binary nor an ASCII STL.
 * @param {number} size
 * @param {number} count
 */
function notAscii(size, count) {
  if (count < 0 || count > PLAUSIBLE_COUNT) return notStl();
  const held = Math.floor((size - HEADER_BYTES) / RECORD_BYTES);
  const announced = `The STL file announces ${count.toLocaleString('en-US')} triangles`;
  return held < count
    ? new ModelRefused('truncated', `${announced} and holds ${held.toLocaleString('en-US')}: it is cut off. Perhaps a copy or `
      + `download was interrupted. ${EXPORT_AGAIN}`)
    : new ModelRefused('size_mismatch', `${announced}, but more data follows them. ${EXPORT_AGAIN}`);
}

const notStl = () => new ModelRefused('not_stl', `This is not an STL file, only its name says so. ${EXPORT_AGAIN}`);

/** @param {Uint8Array} bytes */
function readAscii(bytes) {
  const cursor = new Cursor(bytes);
  const triangles = new NumberList(Float32Array);
  if (bytes[0] === 0xef) cursor.at = 3;
  for (cursor.spaces(); !cursor.done; cursor.spaces()) {
    if (cursor.takes('facet')) {
      readFacet(cursor, triangles);
      refuseTooMany(triangles.length / 9);
    } else if (cursor.takes('solid') || cursor.takes('endsolid')) cursor.skipLine();
    else if (cursor.bytes.length - cursor.at < 8) throw cutOff();
    else throw triangles.length > 0 ? damaged() : notStl();
  }
  return checkedMesh(new Float32Array(triangles.taken()), 'stl-ascii');
}

/**
 * The stated normal is skipped unread: it follows from the corners, and some are "-nan(ind)".
 * @param {Cursor} cursor
 * @param {NumberList} triangles
 */
function readFacet(cursor, triangles) {
  expect(cursor, 'normal');
  for (let i = 0; i < 3; i += 1) {
    cursor.spaces();
    cursor.skipWord();
  }
  expect(cursor, 'outer');
  expect(cursor, 'loop');
  for (let corner = 0; corner < 3; corner += 1) {
    expect(cursor, 'vertex');
    triangles.add(coordinate(cursor), coordinate(cursor), coordinate(cursor));
  }
  expect(cursor, 'endloop');
  expect(cursor, 'endfacet');
}

/**
 * @param {Cursor} cursor
 * @param {string} word
 */
function expect(cursor, word) {
  cursor.spaces();
  const left = cursor.bytes.length - cursor.at;
  if (!cursor.takes(word)) throw left < word.length ? cutOff() : damaged();
}

/** @param {Cursor} cursor */
function coordinate(cursor) {
  cursor.spaces();
  if (cursor.done) throw cutOff();
  return cursor.number();
}
