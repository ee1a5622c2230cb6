/** Runs what wrangler built in workerd, asks it once, and prints the answer. */

import { readdirSync } from 'node:fs';
import { convertV4MiniflareOptions, Miniflare } from 'miniflare';

const wasm = readdirSync('dist').find((name) => name.endsWith('.wasm'));
const modules = [
  { type: 'ESModule', path: 'dist/index.js' },
  { type: 'CompiledWasm', path: `dist/${wasm}` },
];
const options = { modules, modulesRoot: 'dist', compatibilityDate: '2026-07-01' };
const runtime = new Miniflare(convertV4MiniflareOptions(options));
const response = await runtime.dispatchFetch(`http://localhost/?model=${process.argv[2]}`);
console.log(await response.text());
await runtime.dispose();
