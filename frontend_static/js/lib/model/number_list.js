/** Numbers whose count is not known beforehand. */
export class NumberList {
  /** @param {Float32ArrayConstructor | Float64ArrayConstructor | Int32ArrayConstructor} kind */
  constructor(kind) {
    this.kind = kind;
    this.values = new kind(3 * 1024);
    this.length = 0;
  }

  /**
   * @param {number} a
   * @param {number} b
   * @param {number} c
   */
  add(a, b, c) {
    if (this.length === this.values.length) {
      const larger = new this.kind(2 * this.values.length);
      larger.set(this.values);
      this.values = larger;
    }
    this.values[this.length] = a;
    this.values[this.length + 1] = b;
    this.values[this.length + 2] = c;
    this.length += 3;
  }

  /** Everything added so far. */
  taken() {
    return this.values.subarray(0, this.length);
  }
}
