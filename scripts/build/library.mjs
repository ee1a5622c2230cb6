// @ts-check
/**
 * Remembers which standard library the core was last compiled with: only its own makes a release.
 */

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cache } from '../paths.mjs';

const note = join(cache, 'standard-library');

/**
 * @param {'own' | 'stock'} library  compiled for this package alone, or as it was shipped
 * @param {string} [path]
 */
export function noteLibrary(library, path = note) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, library);
}

/** Fails unless the core was compiled with a standard library of its own. @param {string} [path] */
export function checkLibrary(path = note) {
  let library = '';
  try {
    library = readFileSync(path, 'utf8');
  } catch {}
  if (library !== 'own') {
    throw new Error(
      'The core was compiled with the standard library as it was shipped: it is larger, and its panics have words. ' +
        'Run `npm run setup build`, which adds Rust’s sources, and see what the build says.',
    );
  }
}
