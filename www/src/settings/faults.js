// @ts-check
/** Failures on purpose, to see how they are dealt with: made by this page, whoever answers. */

/**
 * A server's limit: so many requests at once, and so many a second. What is beyond is refused, and
 * nothing by dice.
 */
const burst = 5;
const perSecond = 200;
/** The chances of other failures. */
const chances = { refused: 0.02, lost: 0.05, cut: 0.08 };
/** Pieces of an answer that come before it is cut. */
const piecesBeforeCut = 6;

/** @typedef {(url: string, init: RequestInit) => Promise<Response>} Fetch */

/** @param {Fetch} send */
export function withFaults(send) {
  return limited(unreliable(send));
}

/**
 * Refuses what is too much, without sending it.
 * @param {Fetch} send
 * @returns {Fetch}
 */
function limited(send) {
  let left = burst;
  let at = performance.now();
  return async (url, init) => {
    const now = performance.now();
    left = Math.min(burst, left + ((now - at) * perSecond) / 1000);
    at = now;
    if (left < 1) {
      return refuse(429, 'Made by this page: too many requests.', { 'retry-after-ms': '600' });
    }
    left -= 1;
    return send(url, init);
  };
}

/**
 * Fails now and then: before anything is sent, or in the middle of the answer.
 * @param {Fetch} send
 * @returns {Fetch}
 */
function unreliable(send) {
  return async (url, init) => {
    const kind = drawn();
    if (kind === 'refused') return refuse(503, 'Made by this page: out of order.', {});
    if (kind === 'lost') throw new TypeError('Made by this page: the connection was lost.');
    const response = await send(url, init);
    return kind === 'cut' && response.ok ? cut(response) : response;
  };
}

function drawn() {
  let dice = Math.random();
  for (const [kind, chance] of Object.entries(chances)) {
    dice -= chance;
    if (dice < 0) return kind;
  }
  return null;
}

/** @param {Response} response */
function cut({ body, status, headers }) {
  let pieces = 0;
  const ends = new TransformStream({
    transform(piece, controller) {
      pieces += 1;
      if (pieces > piecesBeforeCut) controller.error(new TypeError('Made by this page: cut off.'));
      else controller.enqueue(piece);
    },
  });
  return new Response(body?.pipeThrough(ends), { status, headers });
}

/**
 * @param {number} status
 * @param {string} message
 * @param {Record<string, string>} headers
 */
async function refuse(status, message, headers) {
  return Response.json({ error: { message } }, { status, headers });
}
