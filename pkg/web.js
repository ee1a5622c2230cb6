// @ts-check
/**
 * For pages: fetches the core from the file beside it, so that the browser compiles it while it comes and keeps it in
 * its cache. Bundlers that know `new URL(…, import.meta.url)` copy the file by themselves.
 */

import { bind } from './agent.js';
import { loader } from './load.js';

export * from './errors.js';
export { ParallelRun } from './run.js';
export const {
  ParallelAgent,
  parallelProcess,
  sectioning,
  voting,
  mapReduce,
  batch,
  perspectives,
  bestOf,
  evaluate,
  clones,
  guarded,
  run,
} = bind(loader(() => fetch(new URL('./wasm/core_bg.wasm', import.meta.url))));
