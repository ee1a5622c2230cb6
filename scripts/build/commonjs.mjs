// @ts-check
/** The package's entry for `require`: one CommonJS file, bundled from the ES modules that Node's `import` gets. */

import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { build } from 'esbuild';
import { pkg } from '../paths.mjs';

const entry = join(pkg, 'node.js');
const bundle = join(pkg, 'dist', 'index.cjs');

export async function bundleCommonJs() {
  if (!existsSync(entry)) {
    console.log('No CommonJS entry: pkg/node.js is not there');
    return;
  }
  await build({
    entryPoints: [entry],
    outfile: bundle,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    logLevel: 'warning',
    plugins: [ownUrls],
  });
}

/**
 * CommonJS has no `import.meta.url`. Each module gets the URL of its own source file, reckoned from the bundle, so that
 * `new URL('./wasm/core_bg.wasm', import.meta.url)` names the same file in both.
 * @type {import('esbuild').Plugin}
 */
const ownUrls = {
  name: 'own-urls',
  setup({ onLoad }) {
    onLoad({ filter: /\.js$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      const fromBundle = JSON.stringify(relative(dirname(bundle), path));
      const url = `require('node:url').pathToFileURL(require('node:path').join(__dirname, ${fromBundle})).href`;
      return { contents: source.replaceAll('import.meta.url', url), loader: 'js' };
    });
  },
};
