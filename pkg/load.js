// @ts-check
/**
 * Starts the core once, when it is first needed, and anew when that failed or when the core did.
 */

import { startInstance } from './instance.js';

/** @typedef {import('./instance.js').Instance} Instance */

/**
 * One instance serves all agents. One for each agent would confine a trap to those who share the
 * agent, and was measured: it takes 1.5 to 2 ms of processor time (an agent within an instance:
 * 0.05 ms) and 1.3 MB, for each plain call as well.
 *
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
