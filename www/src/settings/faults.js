// @ts-check
/** Failures on purpose, to see how they are dealt with. The simulated server makes them itself; else this page does. */

/** With their chances, as the simulated server reads them. */
const chances = 'server-error=0.1, reset=0.05, cut=0.08';
/** What a server with a limit takes at once; it refuses what is beyond, and nothing by dice. */
const slots = 24;

/** @typedef {(url: string, init: RequestInit) => Promise<Response>} Fetch */

/**
 * @param {import('./presets.js').Preset} preset
 * @returns {Record<string, any>} options of a run
 */
export function faultOptions({ id, complete, fetch: send }) {
  // It fails often enough by itself.
  if (complete) return {};
  const server = limited(send ?? ((url, init) => fetch(url, init)));
  if (id === 'simulated') return { headers: { 'x-faults': chances }, fetch: server };
  return { fetch: unreliable(server) };
}

/**
 * Refuses what is too much at once, without sending it.
 * @param {Fetch} send
 * @returns {Fetch}
 */
function limited(send) {
  let underWay = 0;
  return async (url, init) => {
    if (underWay >= slots)
      return refuse(429, 'Made by this page: too many requests.', { 'retry-after-ms': '600' });
    underWay += 1;
    try {
      return await send(url, init);
    } finally {
      underWay -= 1;
    }
  };
}

/**
 * Fails now and then, without sending anything.
 * @param {Fetch} send
 * @returns {Fetch}
 */
function unreliable(send) {
  return async (url, init) => {
    const dice = Math.random();
    if (dice < 0.1) return refuse(503, 'Made by this page: out of order.', {});
    if (dice < 0.15) throw new TypeError('Made by this page: the connection was lost.');
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
