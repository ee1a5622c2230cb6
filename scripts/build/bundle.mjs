// @ts-check
/**
 * The entries that are one file each: CommonJS for `require`, and for pages without a bundler a script that needs no
 * other. All stand in `dist`, as far from the WebAssembly as `source` is, so that its address is the same from both.
 */

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { pkg } from '../paths.mjs';

const dist = join(pkg, 'dist');

export async function bundle() {
  await commonJs('index');
  await commonJs('store-file');
  await commonJs('adapters');
  await commonJs('node');
  await forPages();
}

/**
 * With a copy of its types, since TypeScript goes by the ending whether a file is CommonJS.
 * @param {string} name
 */
async function commonJs(name) {
  await build({
    entryPoints: [join(pkg, `${name}.js`)],
    outfile: join(dist, `${name}.cjs`),
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    define: { 'import.meta.url': 'fileUrl' },
    banner: { js: "const fileUrl = require('node:url').pathToFileURL(__filename);" },
    // Read when the file is missing, and then from where it is.
    external: ['../source/inline.js'],
    logLevel: 'warning',
  });
  const types = await readFile(join(pkg, `${name}.d.ts`), 'utf8');
  await writeFile(join(dist, `${name}.d.cts`), types.replaceAll(/(?<=from '\.\/[\w-]+)\.js(?=')/g, '.cjs'));
}

async function forPages() {
  await build({
    entryPoints: [join(pkg, 'index.js')],
    outfile: join(dist, 'web.js'),
    alias: { '#source': join(pkg, 'source', 'web.js') },
    bundle: true,
    format: 'esm',
    minify: true,
    logLevel: 'warning',
  });
}
