// @ts-check
/** What a page downloads to use the package. */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { pkg } from '../paths.mjs';
import { coreJs, coreWasm } from './core.mjs';

/**
 * In bytes; packed as well as each format can.
 * @typedef {{ raw: number, gzip: number, brotli: number }} Size
 */

/** The parts, and all of them together. */
export async function sizes() {
  const entry = join(pkg, 'dist', 'web.js');
  const JavaScript = sizeOf(await minified(existsSync(entry) ? entry : coreJs));
  const WebAssembly = sizeOf(readFileSync(coreWasm));
  const sum = (/** @type {keyof Size} */ key) => JavaScript[key] + WebAssembly[key];
  return { JavaScript, WebAssembly, together: { raw: sum('raw'), gzip: sum('gzip'), brotli: sum('brotli') } };
}

export async function printSizes() {
  console.log(line('What a page downloads', 'raw', 'gzip -9', 'brotli -q 11'));
  for (const [name, { raw, gzip, brotli }] of Object.entries(await sizes()))
    console.log(line(name, kilobytes(raw), kilobytes(gzip), kilobytes(brotli)));
}

/**
 * @param {Uint8Array} bytes
 * @returns {Size}
 */
function sizeOf(bytes) {
  return {
    raw: bytes.length,
    gzip: gzipSync(bytes, { level: 9 }).length,
    brotli: brotliCompressSync(bytes).length,
  };
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
