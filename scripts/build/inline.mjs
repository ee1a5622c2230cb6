// @ts-check
/** The same WebAssembly as a JavaScript module, for places that can load no file beside their code. */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { coreWasm, wasmFolder } from './core.mjs';
import { isNewer } from './freshness.mjs';

export const inlinedCore = join(wasmFolder, 'core_inline.js');

export async function inlineCore() {
  if (isNewer([inlinedCore], [coreWasm, import.meta.filename])) return;
  const base64 = readFileSync(coreWasm).toString('base64');
  writeFileSync(inlinedCore, `/** The bytes of core_bg.wasm, in base64. */\nexport default '${base64}';\n`);
  writeFileSync(
    inlinedCore.replace(/\.js$/, '.d.ts'),
    'declare const base64: string;\nexport default base64;\n',
  );
}
