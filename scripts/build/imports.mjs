// @ts-check
/**
 * Short names for what the core imports: those that wasm-bindgen makes end in a hash each, which
 * nothing can compress.
 */

import { Reader, sections } from './binary.mjs';

const functionKind = 0;

/**
 * @param {Uint8Array} wasm
 * @param {string} bindings  the JavaScript that has these names too
 * @returns {{ wasm: Uint8Array, bindings: string }}
 */
export function shortenImports(wasm, bindings) {
  const reader = new Reader(wasm, 8);
  while (reader.byte() !== sections.import) reader.skip();
  const start = reader.at - 1;
  const end = reader.number() + reader.at;
  /** @type {Map<string, string>} */
  const short = new Map();
  const count = reader.number();
  const imports = Array.from({ length: count }, (_, index) => {
    const [from, name, kind] = [reader.text(), reader.text(), reader.byte()];
    if (kind !== functionKind) throw new Error(`the core imports ${name} from ${from}, which is no function`);
    const shortName = `_${index.toString(36)}`;
    short.set(name, shortName);
    return [...text(from), ...text(shortName), functionKind, ...number(reader.number())];
  });
  const section = [...number(count), ...imports.flat()];
  return {
    wasm: Buffer.concat([
      wasm.subarray(0, start),
      Buffer.from([sections.import, ...number(section.length), ...section]),
      wasm.subarray(end),
    ]),
    bindings: bindings.replace(/\w+/g, (word) => short.get(word) ?? word),
  };
}

/**
 * @param {number} value
 * @returns {number[]}
 */
function number(value) {
  return value < 128 ? [value] : [(value & 127) | 128, ...number(value >>> 7)];
}

/** @param {string} text */
function text(text) {
  return [...number(Buffer.byteLength(text)), ...Buffer.from(text)];
}
