// @ts-check
/** The page as it is built. */

import { join } from 'node:path';
import { cache, pkg, root, www } from '../../../scripts/paths.mjs';
import { madeOnce } from '../../made-once.mjs';

/** The lock file stands for what is in node_modules. */
const sources = [
  ...['src', 'styles', 'public', 'index.html', 'vite.config.js'].map((name) => join(www, name)),
  ...['dist', 'wasm', 'package.json'].map((name) => join(pkg, name)),
  join(root, 'examples', 'in-page'),
  join(root, 'package-lock.json'),
];

/** @returns {Promise<string>} the folder of its files */
export function builtPage() {
  return madeOnce(join(cache, 'www'), sources, async (outDir) => {
    // To load it takes longer than to see that there is nothing to build.
    const { build } = await import('vite');
    await build({ root: www, logLevel: 'error', build: { outDir, emptyOutDir: true } });
  });
}
