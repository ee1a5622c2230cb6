// @ts-check
/** Starts the core once, when it is first needed, and anew when that failed or when the core did. */

import { startInstance } from './instance.js';

/** @typedef {import('./instance.js').Instance} Instance */

/**
 * @param {import('./instance.js').Source} source
 * @returns {() => Promise<Instance>}
 */
export function loader(source) {
  /** @type {Promise<Instance> | undefined} */
  let instance;
  const forget = () => {
    instance = undefined;
  };
  return () => {
    instance ??= startInstance(source, forget).catch((error) => {
      // A failure may pass, such as a lost connection: the next call tries again.
      forget();
      throw error;
    });
    return instance;
  };
}
