// @ts-check
/**
 * For those who place the WebAssembly file themselves: the same functions over a core from
 * anywhere.
 */

import { bind } from './agent.js';
import { loader } from './load.js';

export { BatchRun } from './batch.js';
export { AbortError, InvalidInputError, isParallelError, ParallelError } from './errors.js';
export { eventStreamHeaders } from './event-stream.js';
export { ParallelRun } from './run.js';
export { tool } from './tool.js';

/**
 * @param {import('./instance.js').Source} source  called when the core is first needed, and again
 *   if that fails
 */
export function withCore(source) {
  return bind(loader(source));
}
