// @ts-check
/**
 * The same WebAssembly as a JavaScript module, for places that can load no file beside their code.
 * Packed, since base64 hides from a server's own compression what could be compressed.
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { coreWasm, wasmFolder } from './core.mjs';
import { isNewer } from './freshness.mjs';

const inlinedCore = join(wasmFolder, 'core_inline.js');

const declaration = `/** The bytes of core_bg.wasm, in gzip, in base64. */
declare const base64: string;
export default base64;
`;

export async function inlineCore() {
  if (isNewer([inlinedCore], [coreWasm, import.meta.filename])) return;
  const packed = gzipSync(readFileSync(coreWasm), { level: 9 });
  writeFileSync(inlinedCore, `export default '${packed.toString('base64')}';\n`);
  writeFileSync(inlinedCore.replace(/\.js$/, '.d.ts'), declaration);
}
