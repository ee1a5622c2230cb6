// @ts-check
/**
 * What is made of files, once for all processes that test: in a folder whose name comes from all
 * that goes into it.
 */

import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * @param {string} place  where such folders are
 * @param {string[]} sources  files and folders
 * @param {(folder: string) => Promise<unknown>} make
 * @returns {Promise<string>} the folder
 */
export async function madeOnce(place, sources, make) {
  const hash = createHash('sha256');
  for (const source of sources) await addTo(hash, source);
  const folder = join(place, hash.digest('hex').slice(0, 16));
  if (existsSync(folder)) return folder;
  await mkdir(place, { recursive: true });
  const made = await mkdtemp(join(place, 'new-'));
  await make(made);
  // Test files run side by side, and another may have been quicker.
  await rename(made, folder).catch(() => rm(made, { recursive: true }));
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
