// @ts-check
/**
 * Reads WebAssembly's binary format (webassembly.github.io/spec/core/binary), as far as the build
 * needs it.
 */

export const sections = { custom: 0, import: 2, export: 7, code: 10 };

export class Reader {
  /** @param {Uint8Array} bytes */
  constructor(bytes, at = 0) {
    this.bytes = bytes;
    this.at = at;
  }

  byte() {
    return this.bytes[this.at++];
  }

  number() {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.byte();
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return value;
    }
  }

  /** Steps over something that begins with its length. */
  skip() {
    const length = this.number();
    this.at += length;
  }

  text() {
    const length = this.number();
    this.at += length;
    return Buffer.from(this.bytes.subarray(this.at - length, this.at)).toString();
  }

  limits() {
    const hasMost = this.byte() & 1;
    this.number();
    if (hasMost) this.number();
  }
}
