// @ts-check
/** Begins a run of the package: in the worker, or in the page itself where its model is. */

import * as api from 'parallelization-agent/web';
import { offered } from '../patterns/offered-tools.js';
import { openStore } from '../resume/answer-store.js';
import { withFaults } from '../settings/faults.js';

/**
 * @param {Omit<import('./messages.js').Start, 'kind'>} start
 * @param {Record<string, any>} own  options that are no plain data
 * @param {import('../settings/faults.js').Fetch} [send]  who answers in place of a server
 * @returns {Promise<{ run: import('parallelization-agent').ParallelRun<any> }>} in an object: the
 *   run is a promise itself, and would be awaited
 */
export async function begin({ pattern, args, options, world }, own, send) {
  const { faults, storeNamespace, goesOn } = world;
  const functions = {
    ...(send && { fetch: send }),
    ...(faults && { fetch: withFaults(send ?? ((url, init) => fetch(url, init))) }),
    ...(options.tools !== undefined && { tools: offered }),
    store: await openStore(goesOn),
    storeNamespace,
  };
  const run = /** @type {Record<string, (...args: any[]) => any>} */ (/** @type {unknown} */ (api))[pattern];
  return { run: run(...args, { ...options, ...functions, ...own }) };
}
