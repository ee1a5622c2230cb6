// @ts-check
/** For everything else: the core is part of the code, so that no bundler has to know about a file beside it. */

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
} = bind(loader(async () => (await import('./wasm/core_inline.js')).default));
