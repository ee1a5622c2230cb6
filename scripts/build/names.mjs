// @ts-check
/**
 * Short names for what the core imports and exports: those that wasm-bindgen makes have hashes in
 * them, which nothing can compress. They are the same in each build of the core, so that one file
 * of bindings serves all.
 */

import { Reader, sections } from './binary.mjs';

/** @typedef {Map<string, string>} Names  from a name to its short one */

const functionKind = 0;

/**
 * The hash of a crate says with which flags it was compiled. It stands in exports alone; that of an
 * import says what it is. It has 16 digits, or fewer where it begins with zeros.
 * @param {string} name
 */
const withoutHashes = (name) => name.replace(/_[0-9a-f]{10,16}(?=_)/g, '');

/**
 * @param {Uint8Array} wasm
 * @returns {Names}
 */
export function shortNames(wasm) {
  const imports = importsOf(wasm).entries.map(({ name }) => name);
  const exports = exportsOf(wasm).entries.map(({ name }) => name);
  const hashed = exports.filter((name) => withoutHashes(name) !== name).map(withoutHashes);
  return new Map([...imports, ...hashed].map((name, index) => [name, `_${index.toString(36)}`]));
}

/**
 * @param {Uint8Array} wasm
 * @param {Names} names
 */
export function renameIn(wasm, names) {
  const imports = importsOf(wasm);
  const imported = imports.entries.map(({ from, name, index }) => {
    const short = names.get(name);
    if (!short) throw new Error(`the core imports ${name} from ${from}, which the bindings do not have`);
    return [...text(from), ...text(short), functionKind, ...number(index)];
  });
  const exports = exportsOf(wasm);
  const exported = exports.entries.map(({ name, kind, index }) => {
    return [...text(names.get(withoutHashes(name)) ?? name), kind, ...number(index)];
  });
  return Buffer.concat([
    wasm.subarray(0, imports.start),
    section(imported),
    wasm.subarray(imports.end, exports.start),
    section(exported),
    wasm.subarray(exports.end),
  ]);
}

/**
 * @param {string} bindings  the JavaScript that has these names too
 * @param {Names} names
 */
export function renameInBindings(bindings, names) {
  return bindings.replace(/\w+/g, (word) => names.get(word) ?? names.get(withoutHashes(word)) ?? word);
}

/** @param {Uint8Array} wasm */
function importsOf(wasm) {
  return sectionOf(wasm, sections.import, (reader) => {
    const [from, name, kind] = [reader.text(), reader.text(), reader.byte()];
    // What follows has another form in any other kind.
    if (kind !== functionKind) throw new Error(`the core imports ${name} from ${from}, which is no function`);
    return { from, name, index: reader.number() };
  });
}

/** @param {Uint8Array} wasm */
function exportsOf(wasm) {
  return sectionOf(wasm, sections.export, (reader) => {
    const [name, kind] = [reader.text(), reader.byte()];
    return { name, kind, index: reader.number() };
  });
}

/**
 * The entries of a section, and where it begins, behind its number, and ends.
 * @template T
 * @param {Uint8Array} wasm
 * @param {number} section
 * @param {(reader: Reader) => T} read
 */
function sectionOf(wasm, section, read) {
  const reader = new Reader(wasm, 8);
  while (reader.byte() !== section) reader.skip();
  const start = reader.at;
  const end = reader.number() + reader.at;
  const entries = Array.from({ length: reader.number() }, () => read(reader));
  return { start, end, entries };
}

/** @param {number[][]} entries */
function section(entries) {
  const content = [...number(entries.length), ...entries.flat()];
  return Buffer.from([...number(content.length), ...content]);
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
