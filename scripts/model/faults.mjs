// @ts-check
/**
 * Failures on request. A client names them with their chances in a header, for example
 * `x-faults: rate-limit=0.3, reset=0.1`.
 */

import { setTimeout as delay } from 'node:timers/promises';

/**
 * `cut` ends a stream in its middle; it is the server's to do, since it comes after a good
 * beginning.
 */
const faults = /** @type {const} */ (['rate-limit', 'server-error', 'reset', 'stall', 'cut']);

/** @typedef {(typeof faults)[number]} Fault */

/**
 * @param {string} header
 * @returns {Fault | null}
 */
export function chooseFault(header) {
  let dice = Math.random();
  for (const [name, chance] of header.split(',').map((part) => part.trim().split('='))) {
    const fault = faults.find((known) => known === name);
    dice -= fault ? Number(chance ?? 1) : 0;
    if (fault && dice < 0) return fault;
  }
  return null;
}

/**
 * Answers with the fault, if it comes at the beginning.
 * @param {Fault} fault
 * @param {import('node:http').ServerResponse} response
 * @returns {Promise<boolean>} whether the response is over
 */
export async function failOnPurpose(fault, response) {
  if (fault === 'cut') return false;
  await delay(50);
  if (fault === 'reset') response.destroy();
  else if (fault === 'rate-limit') {
    response.setHeader('retry-after-ms', '400');
    refuse(response, 429, 'rate_limit_error', 'Simulated: too many requests. Please try again in 400ms.');
  } else if (fault === 'server-error') refuse(response, 503, 'server_error', 'Simulated: out of order.');
  // A stall keeps the connection open and says nothing.
  return true;
}

/**
 * @param {import('node:http').ServerResponse} response
 * @param {number} status
 * @param {string} type
 * @param {string} message
 */
function refuse(response, status, type, message) {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ error: { message, type, code: null } }));
}
