// @ts-check
/** What need not be made again. */

import { statSync } from 'node:fs';

/**
 * Whether all outputs are there and newer than every input.
 * @param {string[]} outputs
 * @param {string[]} inputs
 */
export function isNewer(outputs, inputs) {
  return Math.min(...outputs.map(modified)) > Math.max(...inputs.map(modified));
}

/** @param {string} path */
function modified(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Number.NEGATIVE_INFINITY;
}
