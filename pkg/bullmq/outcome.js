// @ts-check
/**
 * How a job's outcome comes back: in the job itself, and what is large by a store, since queues
 * hold everything in memory.
 */

import { isParallelError } from '../errors.js';

/** Characters of JSON from which an outcome is large. */
const large = 100_000;

/** @typedef {import('../index.js').Store} Store */
/** What lies in the job. @typedef {{ inStore: string } | { json: any }} Outcome */

/**
 * @param {unknown} value
 * @param {string} id  of the job
 * @param {Store | undefined} store
 * @returns {Promise<Outcome>}
 */
export async function pack(value, id, store) {
  const text = JSON.stringify(value);
  if (!store || text.length < large) return { json: value };
  const inStore = `parallelization-agent/job/${id}`;
  try {
    await store.set(inStore, text);
    return { inStore };
  } catch {
    // Work that is done is not lost for a store that is away.
    return { json: value };
  }
}

/**
 * @param {any} outcome
 * @param {Store | undefined} store
 */
export async function unpack(outcome, store) {
  if (typeof outcome?.inStore !== 'string') return outcome?.json;
  const kept = await store?.get(outcome.inStore);
  if (typeof kept === 'string') return JSON.parse(kept);
  if (typeof kept === 'object' && kept !== null) return kept;
  const remedy = store ? 'it is there no more' : 'give `enqueue` the same `store`';
  throw new Error(`The result was large, and the worker put it into its store: ${remedy}.`);
}

/**
 * An error as data: what a run rejects with, or anything else. What a function of the worker's
 * threw stays in its process: it may hold secrets.
 * @param {any} error
 * @returns {Record<string, any>}
 */
export function described(error) {
  if (!(error instanceof Error)) return { code: 'RUN_FAILED', message: String(error) };
  const { name: _, cause, stack: _stack, ...fields } = /** @type {any} */ ({ ...error });
  const within = isParallelError(error.cause) ? { cause: described(error.cause) } : {};
  return { code: 'RUN_FAILED', ...fields, message: error.message, ...within };
}

/** @param {any} value */
export const isStore = (value) => typeof value?.get === 'function' && typeof value.set === 'function';
