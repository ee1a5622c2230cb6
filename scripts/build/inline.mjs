// @ts-check
/**
 * The same WebAssembly as a JavaScript module, for places that can load no file beside their code. Packed, since base64
 * hides from a server's own compression what could be compressed.
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { coreWasm, wasmFolder } from './core.mjs';
import { isNewer } from './freshness.mjs';

const inlinedCore = join(wasmFolder, 'core_inline.js');

const declaration = `/** The bytes of core_bg.wasm. */
declare const bytes: Promise<ArrayBuffer>;
export default bytes;
`;

export async function inlineCore() {
  if (isNewer([inlinedCore], [coreWasm, import.meta.filename])) return;
  writeFileSync(inlinedCore, moduleOf(readFileSync(coreWasm)));
  writeFileSync(inlinedCore.replace(/\.js$/, '.d.ts'), declaration);
}

/** @param {Buffer} wasm */
function moduleOf(wasm) {
  return `const packed = Uint8Array.from(atob('${gzipSync(wasm, { level: 9 }).toString('base64')}'), (c) => c.charCodeAt(0));
export default new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'))).arrayBuffer();
`;
}
