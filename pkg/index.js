// @ts-check
/** What the package exports. Where its WebAssembly comes from, `imports` in package.json says for each environment. */

import source from '#source';
import { bind } from './agent.js';
import { loader } from './load.js';

export { BatchRun } from './batch.js';
export { AbortError, InvalidInputError, isParallelError, ParallelError } from './errors.js';
export { eventStreamHeaders, ParallelRun } from './run.js';
export { tool } from './tool.js';
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
} = bind(loader(source));
