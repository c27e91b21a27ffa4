/** Wavefront OBJ from bytes to a mesh: vertices and faces, everything else is skipped. */
import { Cursor, isBlank, isLineEnd } from './cursor.js';
import { at, checkedMesh, refuseTooMany } from './mesh.js';
import { NumberList } from './number_list.js';
import { badIndex, damaged, EXPORT_AGAIN, ModelRefused } from './refused.js';

/** @import {Mesh} from './mesh.js' */

const [NEWLINE, RETURN, BLANK, HASH, SLASH, BACKSLASH, LETTER_F, LETTER_V] = [10, 13, 32, 35, 47, 92, 102, 118];

/**
 * Takes v, v/vt, v//vn and v/vt/vn corners, negative (relative) indices, polygons of any size (as fans), line
 * continuations and comments.
 * @param {Uint8Array} bytes
 * @returns {Mesh}
 */
export function readObj(bytes) {
  if (bytes.includes(0)) throw notObj();
  joinContinuedLines(bytes);
  const cursor = new Cursor(bytes);
  const vertices = new NumberList(Float32Array);
  const faces = new NumberList(Int32Array);
  if (bytes[0] === 0xef) cursor.at = 3;
  let recognised = false;
  for (; !cursor.done; cursor.skipLine(), cursor.spaces()) {
    cursor.blanks();
    const keyword = isBlank(bytes[cursor.at + 1]) ? bytes[cursor.at] : 0;
    if (keyword === LETTER_V) readVertex(cursor, vertices);
    else if (keyword === LETTER_F) readFace(cursor, vertices.length / 3, faces);
    else continue;
    recognised = true;
  }
  if (!recognised) throw notObj();
  return checkedMesh(expanded(vertices, faces), 'obj');
}

const notObj = () => new ModelRefused('not_obj', `This is not an OBJ file, only its name says so. ${EXPORT_AGAIN}`);

/** @param {Uint8Array} bytes */
function joinContinuedLines(bytes) {
  for (let i = bytes.indexOf(BACKSLASH); i >= 0; i = bytes.indexOf(BACKSLASH, i + 1)) {
    const length = bytes[i + 1] === RETURN ? 3 : 2;
    if (bytes[i + length - 1] === NEWLINE) bytes.fill(BLANK, i, i + length);
  }
}

/**
 * @param {Cursor} cursor
 * @param {NumberList} vertices
 */
function readVertex(cursor, vertices) {
  cursor.at += 1;
  vertices.add(coordinate(cursor), coordinate(cursor), coordinate(cursor));
}

/** @param {Cursor} cursor */
function coordinate(cursor) {
  cursor.blanks();
  return cursor.number();
}

/**
 * @param {Cursor} cursor
 * @param {number} above how many vertices stand above this line
 * @param {NumberList} faces
 */
function readFace(cursor, above, faces) {
  cursor.at += 1;
  let [first, before, count] = [0, 0, 0];
  for (cursor.blanks(); !atEnd(cursor); cursor.blanks()) {
    const index = cornerIndex(cursor, above);
    if (count === 0) first = index;
    else if (count > 1) faces.add(first, before, index);
    before = index;
    count += 1;
  }
  refuseTooMany(faces.length / 3);
}

/** @param {Cursor} cursor */
const atEnd = (cursor) => cursor.done || isLineEnd(cursor.bytes[cursor.at]) || cursor.bytes[cursor.at] === HASH;

/**
 * Counted from 0.
 * @param {Cursor} cursor
 * @param {number} above
 */
function cornerIndex(cursor, above) {
  const index = cursor.integer();
  if (cursor.bytes[cursor.at] === SLASH) cursor.skipWord();
  else if (!atEnd(cursor) && !isBlank(cursor.bytes[cursor.at])) throw damaged();
  const from = index < 0 ? above + index : index - 1;
  if (from < 0) throw badIndex();
  return from;
}

/**
 * @param {NumberList} vertices
 * @param {NumberList} faces
 */
function expanded(vertices, faces) {
  const triangles = new Float32Array(3 * faces.length);
  for (let i = 0; i < faces.length; i += 1) {
    const from = 3 * at(faces.values, i);
    if (from >= vertices.length) throw badIndex();
    triangles[3 * i] = at(vertices.values, from);
    triangles[3 * i + 1] = at(vertices.values, from + 1);
    triangles[3 * i + 2] = at(vertices.values, from + 2);
  }
  return triangles;
}
