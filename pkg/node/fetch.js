// @ts-check
/**
 * `fetch` over `node:http`: with kept connections, and without the limits and most of the work of
 * Node's own.
 */

import { connections, withoutIdle } from './connections.js';
import { accepted, decoded } from './decoding.js';
import { NodeResponse } from './response.js';

/** @typedef {Record<string, string | number>} Headers */
/**
 * @typedef {object} Target
 * @property {string} url
 * @property {typeof import('node:http').request} request
 * @property {string} protocol
 * @property {string} hostname
 * @property {string} port
 * @property {string} path
 * @property {import('node:http').Agent} agent
 */
/**
 * @typedef {object} Call
 * @property {Target} target
 * @property {string} method
 * @property {Headers} headers
 * @property {string | Uint8Array | undefined} body
 * @property {AbortSignal | undefined} signal
 * @property {Settle} resolve
 * @property {(reason: unknown) => void} reject
 */
/** @typedef {(response: NodeResponse) => void} Settle */

/**
 * @param {import('node:http').Agent | import('node:https').AgentOptions} [agent]
 */
export function nodeFetch(agent = {}) {
  const routeOf = connections(agent);
  /** The last one: mostly it is the same. @type {Target | undefined} */
  let known;

  const fetch = (/** @type {string | URL} */ address, /** @type {RequestInit} */ init = {}) =>
    new Promise((/** @type {Settle} */ resolve, reject) => {
      const url = String(address);
      if (known?.url !== url) known = targetOf(url, routeOf);
      const signal = init.signal ?? undefined;
      if (signal?.aborted) throw signal.reason;
      const body = sendable(init.body);
      const method = init.method ?? 'GET';
      send({ target: known, method, headers: headersOf(init), body, signal, resolve, reject });
    });
  // A `Headers` and an `AbortSignal` are made with care that nobody needs here, and read with more.
  return Object.assign(fetch, { takesPlainObjects: true, maxConnections: mostOf(agent) });
}

/**
 * How many connections there may be, so that no time-out of a call runs while it waits for one.
 * @param {{ maxSockets?: number, maxTotalSockets?: number }} agent
 */
function mostOf({ maxSockets = Number.POSITIVE_INFINITY, maxTotalSockets = Number.POSITIVE_INFINITY }) {
  return Math.min(maxSockets, maxTotalSockets);
}

/**
 * @param {string} url
 * @param {(protocol: string) => import('./connections.js').Route} routeOf
 * @returns {Target}
 */
function targetOf(url, routeOf) {
  const { protocol, hostname: host, port, pathname, search, username, password } = new URL(url);
  // As `fetch` does. Not repeated in the error.
  if (username || password)
    throw new TypeError('An address that holds a name or password cannot be sent to.');
  const { request, agent } = routeOf(protocol);
  // An IPv6 address stands in brackets there.
  const hostname = host.replace(/^\[|\]$/g, '');
  return { url, request, protocol, hostname, port, path: pathname + search, agent };
}

/** @param {RequestInit['body']} body */
function sendable(body) {
  if (body === undefined || body === null) return undefined;
  if (typeof body === 'string' || body instanceof Uint8Array) return body;
  throw new TypeError('Expected `body` to be a string or a Uint8Array.');
}

/** @param {RequestInit} init */
function headersOf({ headers }) {
  /** @type {Headers} */
  const all = { accept: '*/*', 'user-agent': 'node', 'accept-encoding': accepted };
  const given = /** @type {any} */ (headers ?? {});
  const entries = typeof given[Symbol.iterator] === 'function' ? given : Object.entries(given);
  for (const [name, value] of entries) all[name.toLowerCase()] = value;
  return all;
}

/**
 * A server that closes an idle connection in the moment in which it is used again is heard of one
 * round trip later. One that breaks off later than this may have been at work.
 */
const raceMs = 100;

/**
 * @param {Call} call
 * @param {boolean} [isSecond]
 */
function send(call, isSecond = false) {
  const { target, method, headers, body, signal, resolve, reject } = call;
  const { protocol, hostname, port, path, agent } = target;
  const make = () => target.request({ protocol, hostname, port, path, method, headers, agent });
  const request = isSecond ? withoutIdle(agent, make) : make();
  /** @type {import('node:http').IncomingMessage | undefined} */
  let message;
  let receivedBefore = 0;
  let sentMs = 0;
  let isSentAgain = false;

  const abort = () => {
    // A request that waits for a connection hears of nothing before it has one.
    if (!message) {
      settled();
      reject(signal?.reason);
    }
    (message ?? request).destroy(signal?.reason);
  };
  const settled = () => signal?.removeEventListener('abort', abort);
  signal?.addEventListener('abort', abort);

  request.on('socket', (socket) => {
    receivedBefore = socket.bytesRead;
    sentMs = performance.now();
    listen(socket);
  });
  request.on('response', (received) => {
    message = received;
    const ended = () => {
      settled();
      withdraw(request);
    };
    resolve(new NodeResponse(received, decoded(received), ended, signal));
  });
  const fail = (/** @type {NodeJS.ErrnoException} */ error) => {
    // The body tells of what happens after it has begun, and of this rather than of its end.
    if (message) return message.complete || message.destroy(error);
    settled();
    if (signal?.aborted) return reject(signal.reason);
    const isReused = receivedBefore > 0 && request.socket?.bytesRead === receivedBefore;
    const isRace = isReused && performance.now() - sentMs < raceMs;
    isSentAgain = isRace && !isSecond && /^(ECONNRESET|EPIPE)$/.test(error.code ?? '');
    if (isSentAgain) send(call, true);
    else reject(new TypeError('fetch failed', { cause: error }));
  };
  request.on('error', fail);
  request.on('close', () => {
    // Of a switch of protocols, nothing else is told. To make an error that nobody sees costs much.
    if (message?.complete || isSentAgain) return;
    fail(Object.assign(new Error('the connection was closed without an answer'), { code: 'ECONNRESET' }));
  });
  request.end(body);
}

/** @type {WeakSet<import('node:net').Socket>} */
const heard = new WeakSet();

/**
 * Once a request is over, Node hears no more errors of its connection, and one that nobody hears
 * ends the process: a server that answers before it has read all, and then breaks off, causes one.
 * @param {import('node:net').Socket} socket
 */
function listen(socket) {
  if (heard.has(socket)) return;
  heard.add(socket);
  socket.on('error', () => {});
}

/**
 * Where a server answers before it has read all of a request, the rest of that would wait for ever,
 * and the process with it. What was sent a moment ago is not noted as such yet.
 * @param {import('node:http').ClientRequest} request
 */
function withdraw(request) {
  if (request.writableFinished) return;
  setImmediate(() => {
    if (!request.writableFinished) request.destroy();
  });
}
