// @ts-check
/**
 * Clients of Redis by their shape: ioredis (and valkey's, made after it) and node-redis, alone or
 * of a cluster.
 */

import { InvalidInputError } from '../errors.js';

/**
 * Runs a script of Redis.
 * @typedef {(script: string, keys: string[], values: (string | number)[]) => Promise<any>} Evaluate
 */

/**
 * How long an answer of the server may take. Clients themselves wait for ever while they have no
 * connection.
 */
const patienceMs = 5_000;

const expected = 'Expected a client of `ioredis` or of `redis` (node-redis)';

/**
 * How to run a script at the server of a client.
 * @param {any} client
 * @param {string} caller  for the error
 * @returns {Evaluate}
 */
export function evaluator(client, caller) {
  const evaluate = evaluateOf(client);
  if (!evaluate) {
    const received = client === null ? 'null' : typeof client;
    throw new InvalidInputError([{ path: 'client', message: `${expected} for \`${caller}\`.`, received }]);
  }
  return (script, keys, values) => inTime(evaluate(script, keys, values.map(String)));
}

/** @param {any} client */
function evaluateOf(client) {
  if (typeof client?.eval !== 'function') return undefined;
  if (typeof client.defineCommand === 'function') {
    return (/** @type {string} */ script, /** @type {string[]} */ keys, /** @type {string[]} */ values) =>
      client.eval(script, keys.length, ...keys, ...values);
  }
  if (typeof client.sendCommand !== 'function') return undefined;
  return (/** @type {string} */ script, /** @type {string[]} */ keys, /** @type {string[]} */ values) =>
    client.eval(script, { keys, arguments: values });
}

/**
 * @template T
 * @param {Promise<T>} answer
 */
async function inTime(answer) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const late = new Promise((_, reject) => {
    const error = new Error(`Redis did not answer within ${patienceMs} ms.`);
    timer = setTimeout(() => reject(error), patienceMs);
  });
  try {
    return await /** @type {Promise<T>} */ (Promise.race([answer, late]));
  } finally {
    clearTimeout(timer);
  }
}

/** Braces say to a cluster which keys belong together. @param {unknown} value */
export const isPrefix = (value) => typeof value === 'string' && !/[{}]/.test(value);
export const prefixWords = 'a text without braces, which say to a cluster which keys belong together';

/** @param {unknown} value */
export const isPositive = (value) =>
  typeof value === 'number' && value >= 1 && value <= Number.MAX_SAFE_INTEGER;
