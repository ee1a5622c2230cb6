// @ts-check
/** Which connections a request goes out on. */

import http from 'node:http';
import https from 'node:https';

/** @typedef {{ request: typeof http.request, agent: http.Agent }} Route */

/**
 * For so long a connection is kept that nobody uses, as the global `fetch` keeps its own. Servers
 * close them after five seconds and more, and what stands between may forget them without a word.
 */
const idleMs = 4_000;

/**
 * Routes for addresses with `http:` and with `https:`. An agent is made when it is first needed.
 * @param {http.Agent | https.AgentOptions} given  the caller's agent, or what to make agents of
 * @returns {(protocol: string) => Route}
 */
export function connections(given) {
  if (typeof given !== 'object' || given === null)
    throw new TypeError(
      `Expected an agent or the options of one, got \`${String(given)}\`. The option is \`fetch: nodeFetch()\`, with parentheses.`,
    );
  const shared = 'addRequest' in given ? /** @type {http.Agent} */ (given) : undefined;
  const proxyEnv = shared ? undefined : proxies(given);
  // How many calls there are at once is the limiter's business: none of their connections is given
  // up early.
  const options = {
    keepAlive: true,
    maxFreeSockets: Number.POSITIVE_INFINITY,
    timeout: idleMs,
    // A server that speaks HTTP/2 alone says so then, and answers with no status of its own.
    ALPNProtocols: ['http/1.1'],
    ...given,
    proxyEnv,
  };
  /** @type {Map<string, Route>} */
  const routes = new Map();
  return (protocol) => {
    const known = routes.get(protocol);
    if (known) return known;
    const { request, Agent } = moduleOf(protocol);
    // What a proxy says first is for Node alone.
    const own = () => (proxyEnv ? new Agent(options) : readingInto(new Agent(options)));
    const route = { request, agent: shared ?? own() };
    routes.set(protocol, route);
    return route;
  };
}

/**
 * The variables that name proxies. Without any, as Node's own agent has it: with
 * `NODE_USE_ENV_PROXY`, those of the process.
 * @param {any} given
 */
function proxies({ proxyEnv = /** @type {any} */ (http.globalAgent).options?.proxyEnv }) {
  // Node would leave out any other without a word.
  for (const name of ['http_proxy', 'HTTP_PROXY', 'https_proxy', 'HTTPS_PROXY'])
    if (proxyEnv?.[name] && !/^https?:\/\//.test(proxyEnv[name]))
      throw new TypeError(`Expected \`${name}\` to begin with \`http://\` or \`https://\`.`);
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (proxyEnv && (major < 24 || (major === 24 && minor < 5)))
    throw new TypeError(`\`proxyEnv\` needs Node 24.5 or later; this is ${process.version}.`);
  return proxyEnv;
}

/** The most that is read at once: a record of TLS. */
const mostRead = 16 * 1024;

/**
 * The same agent. Each of its connections reads into a buffer of its own, as `net.connect` does
 * where it is told to: else Node takes 64 kB of memory for each read, and gives most of it back.
 * @param {http.Agent} agent
 */
function readingInto(agent) {
  const connect = /** @type {any} */ (agent).createConnection;
  /**
   * @param {object} options
   * @param {unknown[]} rest
   */
  const createConnection = (options, ...rest) => {
    const buffer = Buffer.allocUnsafeSlow(mostRead);
    const callback = (/** @type {number} */ length) => socket.push(Buffer.from(buffer.subarray(0, length)));
    /** @type {import('node:net').Socket} */
    const socket = connect.call(agent, { ...options, onread: { buffer, callback } }, ...rest);
    return socket;
  };
  return Object.assign(agent, { createConnection });
}

/** @param {string} protocol */
function moduleOf(protocol) {
  if (protocol === 'https:') return https;
  if (protocol === 'http:') return http;
  throw new TypeError(`Expected an address with \`http:\` or \`https:\`, got \`${protocol}\`.`);
}

/**
 * Makes a request for which none of the agent's connections is idle, so that it opens one.
 * @template T
 * @param {http.Agent} agent
 * @param {() => T} make
 */
export function withoutIdle(agent, make) {
  const all = /** @type {{ freeSockets: unknown }} */ (agent);
  const idle = all.freeSockets;
  all.freeSockets = {};
  try {
    return make();
  } finally {
    all.freeSockets = idle;
  }
}
