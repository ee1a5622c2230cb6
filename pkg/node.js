// @ts-check
/** For Node: reads the core from the file beside it. */

import { readFile } from 'node:fs/promises';
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
} = bind(loader(() => readFile(new URL('./wasm/core_bg.wasm', import.meta.url))));
