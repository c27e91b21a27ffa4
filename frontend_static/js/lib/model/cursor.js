/** Words and numbers from ASCII bytes, in place: a string of 50 MB would cost a second and 100 MB of memory. */
import { damaged } from './refused.js';

const [TAB, NEWLINE, RETURN, BLANK, PLUS, MINUS, DOT, NINE, ZERO, LETTER_E] = [9, 10, 13, 32, 43, 45, 46, 57, 48, 101];
/** Exact as doubles, so that one multiplication or division gives the correctly rounded number. */
const POWERS = Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));
const LONGEST_NUMBER = 400;

/** @param {number | undefined} byte */
const isDigit = (byte) => byte !== undefined && byte >= ZERO && byte <= NINE;

/** @param {number | undefined} byte */
export const isBlank = (byte) => byte === BLANK || byte === TAB;

/** @param {number | undefined} byte */
export const isLineEnd = (byte) => byte === NEWLINE || byte === RETURN;

/** What may not follow a number without a space, such as the second point of "1.2.3". */
const PART_OF_WORD = new Set([...'0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.,+-_'].map((c) => c.charCodeAt(0)));

/** @param {number | undefined} byte  true also behind the end */
export const isSpace = (byte) => byte === undefined || isBlank(byte) || isLineEnd(byte);

export class Cursor {
  /** @param {Uint8Array} bytes */
  constructor(bytes) {
    this.bytes = bytes;
    this.at = 0;
  }

  get done() {
    return this.at >= this.bytes.length;
  }

  blanks() {
    while (isBlank(this.bytes[this.at])) this.at += 1;
  }

  spaces() {
    while (!this.done && isSpace(this.bytes[this.at])) this.at += 1;
  }

  /** To the next space. */
  skipWord() {
    while (!isSpace(this.bytes[this.at])) this.at += 1;
  }

  /** To the end of the line, not past it. */
  skipLine() {
    while (!this.done && !isLineEnd(this.bytes[this.at])) this.at += 1;
  }

  /**
   * Steps over this lower-case word, in whatever case it stands here; false if another one stands here.
   * @param {string} word
   */
  takes(word) {
    for (let i = 0; i < word.length; i += 1) {
      if (((this.bytes[this.at + i] ?? 0) | 0x20) !== word.charCodeAt(i)) return false;
    }
    if (!isSpace(this.bytes[this.at + word.length])) return false;
    this.at += word.length;
    return true;
  }

  /** The number here; throws `damaged` where none stands. "nan" and "inf" are numbers that are refused later. */
  number() {
    const { bytes } = this;
    const start = this.at;
    let [mantissa, scale, digits] = [0, 0, 0];
    const negative = bytes[this.at] === MINUS;
    if (negative || bytes[this.at] === PLUS) this.at += 1;
    for (; isDigit(bytes[this.at]); this.at += 1, digits += 1) mantissa = mantissa * 10 + this.digit();
    const fraction = bytes[this.at] === DOT;
    if (fraction) this.at += 1;
    for (; fraction && isDigit(bytes[this.at]); this.at += 1, digits += 1, scale -= 1) mantissa = mantissa * 10 + this.digit();
    if (digits === 0) return this.notFinite(start);
    if (((bytes[this.at] ?? 0) | 0x20) === LETTER_E) scale += this.exponent();
    if (!isSpace(bytes[this.at]) && PART_OF_WORD.has(bytes[this.at] ?? 0)) throw damaged();
    if (mantissa > Number.MAX_SAFE_INTEGER || Math.abs(scale) >= POWERS.length) return Number(this.text(start));
    const power = /** @type {number} */ (POWERS[Math.abs(scale)]);
    const value = scale < 0 ? mantissa / power : mantissa * power;
    return negative ? -value : value;
  }

  /** A whole number with a sign. */
  integer() {
    const negative = this.bytes[this.at] === MINUS;
    if (negative || this.bytes[this.at] === PLUS) this.at += 1;
    if (!isDigit(this.bytes[this.at])) throw damaged();
    let value = 0;
    for (; isDigit(this.bytes[this.at]); this.at += 1) value = value * 10 + this.digit();
    return negative ? -value : value;
  }

  digit() {
    return (this.bytes[this.at] ?? ZERO) - ZERO;
  }

  exponent() {
    this.at += 1;
    return this.integer();
  }

  /** @param {number} start */
  notFinite(start) {
    this.at = start;
    this.skipWord();
    if (!/^[+-]?(nan|inf)/i.test(this.text(start))) throw damaged();
    return NaN;
  }

  /** @param {number} start */
  text(start) {
    return String.fromCharCode(...this.bytes.subarray(start, Math.min(this.at, start + LONGEST_NUMBER)));
  }
}
