/**
 * A streaming scanner for the XML of 3MF models. A worker has no DOMParser, and a document of 200 MB would not
 * fit into one anyway. It knows tags, attributes, comments and namespaces' prefixes, and refuses a DTD.
 */
import { Cursor, isSpace } from './cursor.js';
import { EXPORT_AGAIN, ModelRefused } from './refused.js';

/** Elements other than vertices and triangles, depth, bytes of one token: as on the server. */
const MAX_ELEMENTS = 1_500_000;
const MAX_DEPTH = 64;
const MAX_TOKEN_BYTES = 4 * 2 ** 20;
const MAX_ATTRIBUTES_BYTES = 2 ** 16;

const [LESS, GREATER, SLASH, BANG, QUESTION, EQUALS, COLON] = [60, 62, 47, 33, 63, 61, 58];
const ATTRIBUTE = /([^\s=/"']+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;
const ENTITIES = new Map([['lt', '<'], ['gt', '>'], ['amp', '&'], ['quot', '"'], ['apos', "'"]]);

/** @typedef {Map<string, string>} Attributes  by name with its prefix */

/**
 * @typedef {Object} Handler
 * @property {(name: string, attributes: Attributes) => void} start   name with its prefix
 * @property {(name: string) => void} end
 * @property {(name: string) => readonly string[] | null} triple      the three attributes of a frequent element
 * @property {(name: string, a: number, b: number, c: number) => void} numbers  such an element
 */

export class XmlBudget {
  constructor() {
    this.elements = MAX_ELEMENTS;
  }

  spend() {
    this.elements -= 1;
    if (this.elements < 0) throw tooComplex();
  }
}

/**
 * @param {AsyncIterable<Uint8Array>} chunks
 * @param {Handler} handler
 * @param {XmlBudget} budget
 */
export async function readXml(chunks, handler, budget) {
  const scanner = new Scanner(handler, budget);
  let rest = new Uint8Array(0);
  for await (const chunk of chunks) {
    const bytes = new Uint8Array(rest.length + chunk.length);
    bytes.set(rest);
    bytes.set(chunk, rest.length);
    rest = bytes.subarray(scanner.scan(bytes));
    if (rest.length > MAX_TOKEN_BYTES) throw tooComplex();
  }
  if (scanner.depth !== 0 || !scanner.any) throw damagedXml();
}

class Scanner {
  /**
   * @param {Handler} handler
   * @param {XmlBudget} budget
   */
  constructor(handler, budget) {
    this.handler = handler;
    this.budget = budget;
    this.depth = 0;
    this.any = false;
  }

  /**
   * Reads whole tokens and answers where the first that is not whole begins.
   * @param {Uint8Array} bytes
   */
  scan(bytes) {
    for (let at = bytes.indexOf(LESS); at >= 0; at = bytes.indexOf(LESS, at)) {
      const next = bytes[at + 1];
      const end = next === BANG || next === QUESTION ? this.skip(bytes, at) : this.tag(bytes, at + 1);
      if (end < 0) return at;
      at = end;
    }
    return bytes.length;
  }

  /**
   * A comment, CDATA or instruction; where it ends, or -1. Anything else that begins with "<!" belongs to a DTD.
   * @param {Uint8Array} bytes
   * @param {number} at
   */
  skip(bytes, at) {
    const head = ascii(bytes, at, at + 9);
    if (head.startsWith('<?')) return after(bytes, at + 2, '?>');
    if (head.startsWith('<!--')) return after(bytes, at + 4, '-->');
    if (head === '<![CDATA[') return after(bytes, at + 9, ']]>');
    if ('<![CDATA['.startsWith(head) || '<!--'.startsWith(head)) return -1;
    throw new ModelRefused('dtd_forbidden', 'The 3MF file contains a document type declaration, which 3MF forbids because it '
      + `can hide attacks. ${EXPORT_AGAIN}`);
  }

  /**
   * One tag, from behind its "<"; where it ends, or -1.
   * @param {Uint8Array} bytes
   * @param {number} start
   */
  tag(bytes, start) {
    const end = endOfTag(bytes, start);
    if (end < 0) return -1;
    let nameEnd = start + (bytes[start] === SLASH ? 1 : 0);
    while (!isSpace(bytes[nameEnd]) && bytes[nameEnd] !== GREATER && bytes[nameEnd] !== SLASH) nameEnd += 1;
    if (bytes[start] === SLASH) this.close(ascii(bytes, start + 1, nameEnd));
    else this.open(bytes, ascii(bytes, start, nameEnd), nameEnd, end);
    return end + 1;
  }

  /**
   * @param {Uint8Array} bytes
   * @param {string} name
   * @param {number} from  where the attributes begin
   * @param {number} end   the tag's ">"
   */
  open(bytes, name, from, end) {
    const closed = bytes[end - 1] === SLASH;
    const wanted = this.handler.triple(name);
    if (wanted) {
      const [a, b, c] = readTriple(bytes, from, closed ? end - 1 : end, wanted);
      this.handler.numbers(name, a, b, c);
    } else {
      this.budget.spend();
      if (end - from > MAX_ATTRIBUTES_BYTES) throw tooComplex();
      this.handler.start(name, attributesOf(new TextDecoder().decode(bytes.subarray(from, end))));
      if (closed) this.handler.end(name);
    }
    this.any = true;
    if (!closed) this.depth += 1;
    if (this.depth > MAX_DEPTH) throw tooComplex();
  }

  /** @param {string} name */
  close(name) {
    this.depth -= 1;
    if (this.depth < 0) throw damagedXml();
    if (!this.handler.triple(name)) this.handler.end(name);
  }
}

/**
 * Three numbers in the attributes `wanted`; others may stand between them.
 * @param {Uint8Array} bytes
 * @param {number} from
 * @param {number} end
 * @param {readonly string[]} wanted
 * @returns {[number, number, number]}
 */
function readTriple(bytes, from, end, wanted) {
  const cursor = new Cursor(bytes);
  /** @type {[number, number, number]} */
  const found = [NaN, NaN, NaN];
  let left = wanted.length;
  cursor.at = from;
  for (cursor.spaces(); cursor.at < end; cursor.spaces()) {
    const nameStart = cursor.at;
    while (cursor.at < end && bytes[cursor.at] !== EQUALS && !isSpace(bytes[cursor.at])) cursor.at += 1;
    const index = wanted.indexOf(ascii(bytes, nameStart, cursor.at));
    cursor.spaces();
    const quote = bytes[cursor.at + 1];
    if (bytes[cursor.at] !== EQUALS || quote === undefined) throw damagedXml();
    cursor.at += 2;
    const close = bytes.indexOf(quote, cursor.at);
    if (close < 0 || close > end) throw damagedXml();
    if (index >= 0) {
      cursor.spaces();
      found[index] = cursor.number();
      left -= 1;
    }
    cursor.at = close + 1;
  }
  if (left !== 0) throw damagedXml();
  return found;
}

/**
 * @param {string} text
 * @returns {Attributes}
 */
const attributesOf = (text) => new Map([...text.matchAll(ATTRIBUTE)].map(([, name, double, single]) =>
  [name ?? '', unescaped(double ?? single ?? '')]));

/** @param {string} text */
const unescaped = (text) => text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (whole, hex, decimal, name) => {
  if (name) return ENTITIES.get(name) ?? whole;
  const code = parseInt(hex ?? decimal, hex ? 16 : 10);
  return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
});

/**
 * The ">" of a tag; one inside quotes does not count. -1 when the tag is not whole.
 * @param {Uint8Array} bytes
 * @param {number} start
 */
function endOfTag(bytes, start) {
  let quote = 0;
  for (let at = start; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (quote) {
      if (byte === quote) quote = 0;
    } else if (byte === GREATER) return at;
    else if (byte === 34 || byte === 39) quote = byte;
  }
  return -1;
}

/**
 * Where `mark` ends at or behind `from`, or -1.
 * @param {Uint8Array} bytes
 * @param {number} from
 * @param {string} mark
 */
function after(bytes, from, mark) {
  for (let at = bytes.indexOf(GREATER, from); at >= 0; at = bytes.indexOf(GREATER, at + 1)) {
    const start = at + 1 - mark.length;
    if (start >= from && ascii(bytes, start, at + 1) === mark) return at + 1;
  }
  return -1;
}

/**
 * @param {Uint8Array} bytes
 * @param {number} from
 * @param {number} to
 */
function ascii(bytes, from, to) {
  let text = '';
  for (let at = from; at < to && at < bytes.length; at += 1) text += String.fromCharCode(bytes[at] ?? 0);
  return text;
}

/** The name without its prefix, and the prefix. @param {string} name @returns {[string, string]} */
export function splitName(name) {
  const colon = name.indexOf(String.fromCharCode(COLON));
  return colon < 0 ? ['', name] : [name.slice(0, colon), name.slice(colon + 1)];
}

export const damagedXml = () => new ModelRefused('damaged', `The model data inside the 3MF file is damaged. ${EXPORT_AGAIN}`);

export const tooComplex = () => new ModelRefused('too_complex', 'The 3MF file is far more complex than any printable model. '
  + 'Reduce the number of parts, copies or triangles and export it again.');
