// @ts-check
/** What a page downloads to use the package. */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { pkg } from '../paths.mjs';
import { coreJs, coreWasm } from './core.mjs';

export async function printSizes() {
  const entry = join(pkg, 'dist', 'web.js');
  const script = await minified(existsSync(entry) ? entry : coreJs);
  const files = { JavaScript: script, WebAssembly: readFileSync(coreWasm) };
  const rows = Object.entries(files).map(([name, bytes]) => ({
    name,
    raw: bytes.length,
    gzip: gzipSync(bytes, { level: 9 }).length,
    brotli: brotliCompressSync(bytes).length,
  }));
  console.log(line('What a page downloads', 'raw', 'gzip -9', 'brotli -q 11'));
  for (const { name, raw, gzip, brotli } of rows)
    console.log(line(name, kilobytes(raw), kilobytes(gzip), kilobytes(brotli)));
  const total = (/** @type {'raw' | 'gzip' | 'brotli'} */ key) =>
    kilobytes(rows.reduce((sum, row) => sum + row[key], 0));
  console.log(line('together', total('raw'), total('gzip'), total('brotli')));
}

/** @param {string} entry */
async function minified(entry) {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    minify: true,
    format: 'esm',
    write: false,
    logLevel: 'error',
  });
  return outputFiles[0].contents;
}

/** @param {number} bytes */
function kilobytes(bytes) {
  return `${(bytes / 1000).toFixed(1)} kB`;
}

/**
 * @param {string} name
 * @param {string[]} cells
 */
function line(name, ...cells) {
  return `${name.padEnd(24)}${cells.map((cell) => cell.padStart(14)).join('')}`;
}
