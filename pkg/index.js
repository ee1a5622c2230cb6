// @ts-check
/** What the package exports. */

import { bind } from './agent.js';
import { load } from './core.js';

export { BatchRun } from './batch.js';
export { AbortError, InvalidInputError, isParallelError, ParallelError } from './errors.js';
export { eventStreamHeaders } from './event-stream.js';
export { ParallelRun } from './run.js';
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
} = bind(load);
