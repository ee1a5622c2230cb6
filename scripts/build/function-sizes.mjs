// @ts-check
/** The functions of a WebAssembly file that still has their names, with their sizes. */

import { Reader, sections } from './binary.mjs';

/**
 * @param {Uint8Array} wasm
 * @returns {{ name: string, bytes: number }[]}
 */
export function functionSizes(wasm) {
  const reader = new Reader(wasm, 8);
  let imported = 0;
  /** @type {number[]} */
  let sizes = [];
  /** @type {Map<number, string>} */
  let names = new Map();
  while (reader.at < wasm.length) {
    const section = reader.byte();
    const end = reader.number() + reader.at;
    if (section === sections.import) imported = countFunctions(reader);
    if (section === sections.code) sizes = bodies(reader);
    if (section === sections.custom && reader.text() === 'name') names = functionNames(reader, end);
    reader.at = end;
  }
  return sizes.map((bytes, index) => ({ name: names.get(imported + index) ?? '', bytes }));
}

/** @param {Reader} reader */
function countFunctions(reader) {
  let functions = 0;
  for (let left = reader.number(); left > 0; left -= 1) {
    reader.text();
    reader.text();
    const kind = reader.byte();
    if (kind === 0) {
      functions += 1;
      reader.number();
    } else if (kind === 2) reader.limits();
    else {
      reader.byte();
      if (kind === 1) reader.limits();
      else reader.byte();
    }
  }
  return functions;
}

/** @param {Reader} reader */
function bodies(reader) {
  return Array.from({ length: reader.number() }, () => {
    const bytes = reader.number();
    reader.at += bytes;
    return bytes;
  });
}

/**
 * @param {Reader} reader
 * @param {number} end
 */
function functionNames(reader, end) {
  const ofFunctions = 1;
  /** @type {Map<number, string>} */
  const names = new Map();
  while (reader.at < end) {
    const kind = reader.byte();
    const next = reader.number() + reader.at;
    if (kind === ofFunctions) {
      for (let left = reader.number(); left > 0; left -= 1) names.set(reader.number(), reader.text());
    }
    reader.at = next;
  }
  return names;
}
