export * from './index.js';

/** The package's WebAssembly file, in any of the shapes that an environment may have it in. */
export type Core = BufferSource | Response | WebAssembly.Module | URL | string;

/** The package's functions, over a core of your own placing: each as the package has it. */
export type Functions = Pick<
  typeof import('./index.js'),
  | 'ParallelAgent'
  | 'batch'
  | 'bestOf'
  | 'clones'
  | 'evaluate'
  | 'guarded'
  | 'mapReduce'
  | 'parallelProcess'
  | 'perspectives'
  | 'run'
  | 'sectioning'
  | 'voting'
>;

/**
 * The package's functions, for those who place the WebAssembly file
 * (`parallelization-agent/core.wasm`) themselves.
 *
 * @param source gives the file: its address, a response with it, its bytes, or a module compiled
 *   from it. Called when the core is first needed, and again after that failed or the core did.
 * @example
 * import { withCore } from 'parallelization-agent/wasm';
 * const { parallelProcess } = withCore(() => 'https://static.example.com/core_bg.wasm');
 */
export function withCore(source: () => Core | Promise<Core>): Functions;
