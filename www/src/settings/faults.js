// @ts-check
/** Failures on purpose, to see how they are dealt with. The simulated server makes them itself; else this page does. */

/** With their chances, as the simulated server reads them. */
const chances = 'rate-limit=0.12, server-error=0.1, reset=0.05, cut=0.08';

/** @typedef {(url: string, init: RequestInit) => Promise<Response>} Fetch */

/**
 * @param {import('./presets.js').Preset} preset
 * @returns {Record<string, any>} options of a run
 */
export function faultOptions({ id, complete, fetch: send }) {
  // It fails often enough by itself.
  if (complete) return {};
  if (id === 'simulated') return { headers: { 'x-faults': chances } };
  return { fetch: unreliable(send ?? ((url, init) => fetch(url, init))) };
}

/**
 * Refuses now and then, without sending anything.
 * @param {Fetch} send
 * @returns {Fetch}
 */
function unreliable(send) {
  return async (url, init) => {
    const dice = Math.random();
    if (dice < 0.12) return refuse(429, 'Made by this page: too many requests.', { 'retry-after-ms': '600' });
    if (dice < 0.22) return refuse(503, 'Made by this page: out of order.', {});
    if (dice < 0.27) throw new TypeError('Made by this page: the connection was lost.');
    return send(url, init);
  };
}

/**
 * @param {number} status
 * @param {string} message
 * @param {Record<string, string>} headers
 */
async function refuse(status, message, headers) {
  return Response.json({ error: { message } }, { status, headers });
}
