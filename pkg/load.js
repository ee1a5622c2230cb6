// @ts-check
/** Starts the core once, when it is first needed. */

import init, { Agent } from './wasm/core.js';

/** @typedef {{ Agent: typeof Agent }} Core */

/**
 * @param {() => Promise<BufferSource | Response>} source  where the core's bytes come from
 * @returns {() => Promise<Core>}
 */
export function loader(source) {
  /** @type {Promise<Core> | undefined} */
  let core;
  return () => {
    core ??= start(source).catch((error) => {
      // A failure may pass, such as a lost connection: the next call tries again.
      core = undefined;
      throw error;
    });
    return core;
  };
}

/** @param {() => Promise<BufferSource | Response>} source */
async function start(source) {
  await init({ module_or_path: await source() });
  return { Agent };
}
