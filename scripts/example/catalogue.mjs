// @ts-check
/** The examples by name: a file of `examples/`, or a folder's main file. */

import { readdirSync } from 'node:fs';

/**
 * @typedef {object} Example
 * @property {string} about  in one line
 * @property {(options?: import('parallelization-agent').AgentOptions) => Promise<any>} run
 * @property {(result: any) => void} print
 */

const folder = new URL('../../examples/', import.meta.url);

/** Those that are more than a file. */
const inFolders = new Map([
  ['cluster', 'cluster/cluster.mjs'],
  ['in-page', 'in-page/serve.mjs'],
  ['research-paper', 'research-paper/analyze.mjs'],
]);

/** Those that need a browser and a model of their own, whatever other model there is. */
export const inBrowsers = ['in-page'];

/** In the order of the alphabet. */
export const exampleNames = [
  ...readdirSync(folder)
    .filter((file) => file.endsWith('.mjs'))
    .map((file) => file.slice(0, -'.mjs'.length)),
  ...inFolders.keys(),
].sort();

/**
 * @param {string} name
 * @returns {Promise<Example>}
 */
export function loadExample(name) {
  return import(new URL(inFolders.get(name) ?? `${name}.mjs`, folder).href);
}
