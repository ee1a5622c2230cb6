import type {
  batch,
  bestOf,
  clones,
  evaluate,
  guarded,
  mapReduce,
  ParallelAgent,
  parallelProcess,
  perspectives,
  run,
  sectioning,
  voting,
} from './index.js';

export * from './index.js';

/** The package's WebAssembly file, in any of the shapes that an environment may have it in. */
export type Core = BufferSource | Response | WebAssembly.Module | URL | string;

/** The package's functions, over a core of your own placing. */
export interface Functions {
  /** As the package\'s own. */
  ParallelAgent: typeof ParallelAgent;
  /** As the package\'s own. */
  parallelProcess: typeof parallelProcess;
  /** As the package\'s own. */
  sectioning: typeof sectioning;
  /** As the package\'s own. */
  voting: typeof voting;
  /** As the package\'s own. */
  mapReduce: typeof mapReduce;
  /** As the package\'s own. */
  batch: typeof batch;
  /** As the package\'s own. */
  perspectives: typeof perspectives;
  /** As the package\'s own. */
  bestOf: typeof bestOf;
  /** As the package\'s own. */
  evaluate: typeof evaluate;
  /** As the package\'s own. */
  clones: typeof clones;
  /** As the package\'s own. */
  guarded: typeof guarded;
  /** As the package\'s own. */
  run: typeof run;
}

/**
 * The package's functions, for those who place the WebAssembly file (`parallelization-agent/core.wasm`) themselves.
 *
 * @param source gives the file: its address, a response with it, its bytes, or a module compiled from it. Called when the core
 * is first needed, and again after that failed or the core did.
 * @example
 * import { withCore } from 'parallelization-agent/wasm';
 * const { parallelProcess } = withCore(() => 'https://static.example.com/core_bg.wasm');
 */
export function withCore(source: () => Core | Promise<Core>): Functions;
