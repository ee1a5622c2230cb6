// @ts-check
/**
 * What a page downloads for its first fan-out: the contender's own file, bundled and minified, as
 * brotli packs it.
 */

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { brotliCompressSync, constants } from 'node:zlib';
import { build } from 'esbuild';
import { clients, fileOf } from '../contenders.mjs';

const require = createRequire(import.meta.url);

/** @type {import('../workload.mjs').Workload} */
export const workload = {
  name: 'download',
  title: 'What a page downloads',
  contenders: [...clients, 'p-limit', 'p-queue'],
  size: { quality: 11 },
  tiny: { quality: 1 },
  columns: { kilobytes: 'kB, brotli' },
  rounds: 1,
};

/** @param {import('../workload.mjs').Task} task */
export async function measure({ contender, size }) {
  const { outputFiles } = await build({
    stdin: {
      contents: `export { fanOut } from ${JSON.stringify(fileOf(contender))}`,
      resolveDir: import.meta.dirname,
    },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    // Ours fetches its WebAssembly as a file of its own; what packages keep for Node is not for a
    // page.
    external: ['node:*'],
    alias: { 'parallelization-agent': 'parallelization-agent/web' },
    define: { 'process.env.NODE_ENV': '"production"' },
    write: false,
    logLevel: 'silent',
  });
  const files = outputFiles.map(({ contents }) => contents);
  if (contender === 'parallelization-agent')
    files.push(readFileSync(require.resolve('parallelization-agent/core.wasm')));
  const params = { [constants.BROTLI_PARAM_QUALITY]: size.quality };
  const packed = files.map((bytes) => brotliCompressSync(bytes, { params }).length);
  return { kilobytes: packed.reduce((sum, bytes) => sum + bytes, 0) / 1000 };
}
