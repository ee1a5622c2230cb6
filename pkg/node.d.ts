import type { Agent, AgentOptions } from 'node:http';
import type { Agent as SecureAgent, AgentOptions as SecureAgentOptions } from 'node:https';
import type { FetchResponse } from './index.js';

/**
 * A `fetch` over `node:http` and `node:https` for the option `fetch`. It takes a fraction of the
 * processor time of Node's own, and has no limit of its own on how long an answer may take to
 * begin: the global `fetch` of Node gives up after 300 s. It speaks HTTP/1.1, follows no redirect,
 * and undoes `gzip`, `deflate`, `br` and, from Node 22.15 on, `zstd`.
 *
 * Its connections are kept, for 4 s after their last use: make one `nodeFetch` and use it for all
 * runs. Where the server closes a kept connection in the moment in which it is used again (within
 * 100 ms, and before anything of an answer), the request is sent once more, on a fresh one. Both
 * count as one attempt.
 *
 * With `maxSockets`, calls of one `ParallelAgent` or of one run wait for a connection, and no
 * time-out of theirs runs. Several agents or runs do not know of each other's.
 *
 * @param agent an agent, which then serves only addresses of its own protocol; or options for the
 *   agents that it makes: `ca`, `cert`, `key`, `maxSockets`, `lookup`, `timeout` (how long a
 *   connection is kept that nobody uses), `proxyEnv` and all others of `new https.Agent(…)`
 *
 * @example
 * import { nodeFetch } from 'parallelization-agent/node';
 * const agent = new ParallelAgent({ fetch: nodeFetch() });
 * @example nodeFetch({ ca: readFileSync('company.pem') })
 * @example nodeFetch({ proxyEnv: process.env })
 * @throws TypeError where `agent` is neither; where `proxyEnv` is given and this Node has no
 *   proxies, or one that it names is no address with `http:` or `https:`
 */
export function nodeFetch(
  agent?: Agent | SecureAgent | NodeFetchOptions,
): (url: string | URL, init?: RequestInit) => Promise<FetchResponse>;

/** What the connections are made with: the options of `https.Agent`. */
export interface NodeFetchOptions extends AgentOptions, SecureAgentOptions {
  /**
   * The variables that name proxies (`HTTP_PROXY`, `HTTPS_PROXY`, `NO_PROXY`), from Node 24.5 on;
   * an older Node throws.
   * @default those of the process, where `NODE_USE_ENV_PROXY` asks for it; else none
   * @example process.env
   */
  proxyEnv?: NodeJS.ProcessEnv;
}
