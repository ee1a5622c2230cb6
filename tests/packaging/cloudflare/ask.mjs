/**
 * Runs what wrangler built in workerd, asks it six times at once and once more, and prints the
 * answers: what one request leaves behind may not be touched by another.
 */

import { readdirSync } from 'node:fs';
import { convertV4MiniflareOptions, Miniflare } from 'miniflare';

const wasm = readdirSync('dist').find((name) => name.endsWith('.wasm'));
const modules = [
  { type: 'ESModule', path: 'dist/index.js' },
  { type: 'CompiledWasm', path: `dist/${wasm}` },
];
const options = { modules, modulesRoot: 'dist', compatibilityDate: '2026-07-01' };
const runtime = new Miniflare(convertV4MiniflareOptions(options));
async function ask() {
  const response = await runtime.dispatchFetch(`http://localhost/?model=${process.argv[2]}`);
  console.log(await response.text());
}
await Promise.all(Array.from({ length: 6 }, ask));
await ask();
await runtime.dispose();
