// @ts-check
/** The page as it is built, once for all test files: under a name that comes from all that goes into it. */

import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cache, pkg, root, www } from '../../../scripts/paths.mjs';

const builds = join(cache, 'www');
/** The lock file stands for what is in node_modules. */
const sources = [
  ...['src', 'styles', 'public', 'index.html', 'vite.config.js'].map((name) => join(www, name)),
  ...['dist', 'wasm', 'package.json'].map((name) => join(pkg, name)),
  join(root, 'examples', 'in-page'),
  join(root, 'package-lock.json'),
];

/** @returns {Promise<string>} the folder of its files */
export async function builtPage() {
  const hash = createHash('sha256');
  for (const source of sources) await addTo(hash, source);
  const folder = join(builds, hash.digest('hex').slice(0, 16));
  if (existsSync(folder)) return folder;
  await mkdir(builds, { recursive: true });
  const outDir = await mkdtemp(join(builds, 'new-'));
  // To load it takes longer than to see that there is nothing to build.
  const { build } = await import('vite');
  await build({ root: www, logLevel: 'error', build: { outDir, emptyOutDir: true } });
  // Test files run side by side, and another may have been quicker.
  await rename(outDir, folder).catch(() => rm(outDir, { recursive: true }));
  return folder;
}

/**
 * @param {import('node:crypto').Hash} hash
 * @param {string} source  a file or a folder
 */
async function addTo(hash, source) {
  const names = await readdir(source).catch(() => null);
  if (names === null) hash.update(source).update(await readFile(source));
  else for (const name of names.sort()) await addTo(hash, join(source, name));
}
