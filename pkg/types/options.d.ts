/** What a run and an agent go by. */

import type { RunEvent } from './events.js';
import type { FetchResponse, SharedLimiter, Store, Telemetry } from './plugins.js';
import type { PromptOptions } from './prompt.js';
import type { VotingOptions } from './voting.js';
import type { Worker } from './worker.js';

/**
 * What a model costs, for a million tokens, in whatever currency you keep accounts in; and in tiers
 * that have prices of their own.
 * @example { input: 0.4, output: 1.6, cachedInput: 0.1, tiers: { flex: { input: 0.2 } } }
 */
export interface Price extends TierPrice {
  /**
   * By the `tier` that answered; by the one asked for where the provider does not say.
   * @default as above
   */
  tiers?: { flex?: TierPrice | undefined; priority?: TierPrice | undefined } | undefined;
}

/**
 * A model in the community's file of prices, as LiteLLM keeps it
 * (`model_prices_and_context_window.json`): prices of one token.
 * @example
 * const prices = JSON.parse(await readFile('model_prices_and_context_window.json', 'utf8'));
 * const price = prices['gpt-5.6-luna'];
 */
export interface LiteLlmPrice {
  /** Whose model it is; tells such an entry from one of ours. */
  litellm_provider: string;
  // biome-ignore lint/suspicious/noExplicitAny: the file has many more fields.
  [field: string]: any;
}

/** What a model costs for a million tokens. */
export interface TierPrice {
  /** Read. @example 0.4 */
  input: number;
  /** Written. @example 1.6 */
  output: number;
  /** Read from the provider's cache. @default as `input` @example 0.1 */
  cachedInput?: number | undefined;
  /** Put into the provider's cache. @default as `input` @example 0.5 */
  cacheWrite?: number | undefined;
}

/**
 * What one run goes by. `D` is what its `schema` gives out, and `S` what that of its `aggregate`
 * does.
 */
export interface RunOptions<D = unknown, S = unknown> extends Worker<D> {
  /**
   * A worker for each type of task, over the defaults and under what the task itself says.
   * @example { analysis: { model: 'gpt-5.6-sol' }, translation: { instructions: 'Into French.' } }
   */
  workers?: Record<string, Worker> | undefined;
  /**
   * `false` for no summary, or the worker that writes it.
   * @default a call to the default worker
   * @example { instructions: 'Name the three main risks.', maxTokens: 300 }
   */
  aggregate?: boolean | Worker<S> | undefined;
  /**
   * The longest that one attempt may take, from sending to the last byte, in milliseconds. In Node,
   * the global `fetch` gives up by itself when an answer has not begun after 300,000, or pauses for
   * as long; `fetch: nodeFetch()` does not. Most servers begin answers with `stream` at once.
   * @default 600000
   * @example 30_000
   */
  timeoutMs?: number | undefined;
  /**
   * The longest that a stream may take to its first piece, in milliseconds, from sending.
   * @default `timeoutMs`
   * @example 20_000
   */
  firstTokenTimeoutMs?: number | undefined;
  /**
   * The longest gap within a stream, in milliseconds. Keep-alive comments do not count.
   * @default 60000
   * @example 10_000
   */
  idleTimeoutMs?: number | undefined;
  /**
   * The longest that the run may take, in milliseconds. It then resolves with what is done, text of
   * unfinished streams too, and rejects only when that is nothing; your own functions are not
   * waited for any longer, either.
   * @default none
   * @example 120_000
   */
  deadlineMs?: number | undefined;
  /**
   * How often a failed call is tried again: after 408, 409, 429, 5xx, network errors and time-outs.
   * A 429 does not count while other calls get through. Where no call does, it counts after two
   * minutes; that of one call alone, at a server that never answered, counts at once. For all other
   * failures a number that you give holds exactly. By default, a call is tried more often where
   * other calls fail as well and get through, twelve times at the most, and an outage of a server
   * that had answered does not count for a minute.
   * @default 2, and more where other calls fail as well
   * @example 5
   */
  maxRetries?: number | undefined;
  /**
   * The longest wait that a server may ask for, in milliseconds. A longer one goes to the
   * `fallbacks`, or fails at once with `RATE_LIMITED` and its `retryAfterMs`.
   * @default 600_000
   * @example 60_000
   */
  maxWaitMs?: number | undefined;
  /**
   * What a failed task means to the others. `'partial'`: everything that does not need it runs on.
   * `'throw'`: the run ends at once and rejects, with all results so far.
   * @default 'partial'
   * @example 'throw'
   */
  onError?: 'partial' | 'throw' | undefined;
  /**
   * How many tasks have to complete; with fewer the run rejects with `QUORUM_NOT_MET`, as soon as
   * so many cannot complete any more.
   * @default 1
   * @example 8
   */
  quorum?: number | undefined;
  /**
   * A slow call gets one twin: after so many milliseconds, or when it takes longer than that
   * percentage of the run's calls so far (from 1 to 100). The first answer wins, and the other is
   * aborted and accounted for. It gets the next free slot, ahead of calls that were not sent yet;
   * none while a limit per minute or a server's pause holds calls back. At most a tenth of the
   * calls get one; those with tools never do.
   * @default none
   * @example { percentile: 95 }
   */
  hedge?:
    | {
        /** How long to wait for the first, in milliseconds. */
        afterMs: number;
      }
    | {
        /** Of the run's calls so far, from 1 to 100. */
        percentile: number;
      };
  /**
   * Whether answers are asked for piece by piece, so that events carry them as they come.
   * @default false
   * @example true
   */
  stream?: boolean | undefined;
  /**
   * Who is asked, in this order, when a worker fails for good, or lets no call through
   * for two seconds. A wait that its server names is kept, up to `maxWaitMs`.
   * @default []
   * @example [{ model: 'gpt-5.6-terra' }, { provider: 'anthropic' }]
   */
  fallbacks?: readonly Worker[] | undefined;
  /** How many tool calls of one message run at once. @default 16 @example 4 */
  toolConcurrency?: number | undefined;
  /**
   * The longest that one tool call may take, in milliseconds. Then its signal is aborted with a
   * `TimeoutError`, and the model is told.
   * @default 60000
   * @example 5_000
   */
  toolTimeoutMs?: number | undefined;
  /** Aborting it aborts the run and every request of it. @example AbortSignal.timeout(60_000) */
  signal?: AbortSignal | undefined;
  /**
   * Takes the run's AG-UI events, in order and each as it was made. The first error that it throws,
   * or its promise rejects with, is printed, and none does the run any harm.
   * @example (event) => event.type === 'TEXT_MESSAGE_CONTENT' && process.stdout.write(event.delta)
   */
  onEvent?: ((event: RunEvent) => unknown) | undefined;
  /** The run's name in events. @default a random one @example crypto.randomUUID() */
  runId?: string | undefined;
  /**
   * The conversation that the run belongs to, in events.
   * @default the run's name
   * @example 'chat-42'
   */
  threadId?: string | undefined;
  /**
   * Whose answers the `store` keeps: those that were kept under another name are not found. Answers
   * are told apart by the address, the key, the headers and the provider in any case. A function
   * (`complete`, a model object) has no name of its own: its answers are kept only where this is
   * given with it, and so are those of a run whose key or headers are not its agent's. Else they
   * are neither kept nor looked up, and a `journal` event says `off`. Give it, too, where tools or
   * `fetch` give each of your users something else.
   * @default none
   * @example 'tenant-42'
   */
  storeNamespace?: string | undefined;
}

/** How much may be sent in any stretch of time of some length: requests, tokens, or both. */
export interface RateLimit {
  /**
   * Requests, from 1 up. For fewer than one a second, name a longer time.
   * @default no limit
   * @example 60
   */
  requests?: number | undefined;
  /** Tokens, read and written. @default no limit @example 100_000 */
  tokens?: number | undefined;
  /** The stretch of time, wherever it begins: a day is any 24 hours. @example 'minute' */
  per: 'second' | 'minute' | 'hour' | 'day';
}

/** What all runs of an agent share, and the defaults for each of them. */
export interface AgentOptions<D = unknown, S = unknown> extends RunOptions<D, S> {
  /**
   * How many calls may be under way at once. `'auto'` finds its level by itself: it rises (from 16,
   * up to 256) for as long as more calls at once bring more answers a second, and falls when more
   * are refused than were ever answered at once. A number is never exceeded, and falls in the same
   * way while the server refuses as many as too many. A stream counts until its last event; some
   * servers end it later, up to 100 ms of which are waited for in the background.
   *
   * Where connections are few, no more calls are under way than there are: six to each host in a
   * page over HTTP/1.1, or `maxSockets` of `nodeFetch`. The others wait, and no time-out runs.
   * Several agents, and runs without one, do not know of each other's connections.
   * @default 'auto'
   * @example 8
   */
  concurrency?: number | 'auto' | undefined;
  /**
   * Requests in any minute, for each model at each address. A minute's allowance may leave in its
   * first second, as far as `concurrency` lets it: each request then makes room for another a
   * minute after it was sent.
   * @default no limit but the server's
   * @example 500
   */
  requestsPerMinute?: number | undefined;
  /**
   * Tokens in any minute, read and written, for each model at each address.
   * @default no limit but the server's
   * @example 200_000
   */
  tokensPerMinute?: number | undefined;
  /**
   * Requests and tokens in any second, minute, hour or 24 hours, for each model at each address.
   * All of them hold, those of `requestsPerMinute` and `tokensPerMinute` too. What another agent or
   * process sent does not count. A call that waits for its hour or day is queued: `deadlineMs`
   * bounds that, and `status()` shows it.
   * @default no limit but the server's
   * @example [{ requests: 10, per: 'second' }, { requests: 10_000, tokens: 5_000_000, per: 'day' }]
   */
  limits?: readonly RateLimit[] | undefined;
  /**
   * How calls are spread over the second or the minute of a limit: `'burst'` sends as many at once
   * as the limit leaves, `'smooth'` sends them evenly. Hours and days are never spread.
   * @default 'burst', and `'smooth'` once the server refuses calls that keep to the limit
   * @example 'smooth'
   */
  pacing?: 'smooth' | 'burst' | undefined;
  /**
   * What may be spent in all. Before a call is sent, its prompt (at four bytes a token, tools and
   * schema included) and `maxTokens` are reserved, so that calls under way cannot overrun it
   * together. Without `maxTokens` it is what is likely: as much as the longest answer of that model
   * so far, and before there is one a quarter of the prompt, at least 256 (8192 for Anthropic,
   * whose API is told so).
   * @default no limit
   * @example { tokens: 1_000_000, cost: 2.5 }
   */
  budget?:
    | {
        /** Read and written. */
        tokens?: number | undefined;
        /** By your `prices`. */
        cost?: number | undefined;
      }
    | undefined;
  /**
   * What each model costs; without it `cost` is null.
   * @example { 'gpt-5.6-luna': { input: 0.4, output: 1.6 } }
   */
  prices?: Record<string, Price | LiteLlmPrice> | undefined;
  /**
   * Keeps each answer under a hash of what determines it and of who asks whom, so that the same run
   * again, after a crash too, sends only what is missing. The hash is keyed with the key, the
   * headers, the address and `storeNamespace`: another of these asks anew, and none of them is in
   * the store. Headers that differ from request to request are left out of it (`traceparent`,
   * `tracestate`, `b3`, `sentry-trace`, `x-datadog-…`, and names that end in `trace-id`,
   * `request-id`, `correlation-id` or `idempotency-key`). Results of tools are kept, too. A tool
   * whose process died before its result was kept, or that failed, runs again, so what must not
   * happen twice has to know its own repetitions. Anything with `get(key)` and `set(key, value)` of
   * strings will do, sync or async: a Map, Keyv, idb-keyval, or `FileStore` of
   * `parallelization-agent/store-file`. A store that fails costs a `journal` event, and never the
   * run.
   * @default none
   * @example new FileStore('answers.jsonl')
   */
  store?: Store | undefined;
  /**
   * A limit that the agent shares with other processes, beside its own.
   * @default none
   * @example redisLimiter(new Redis(), { requestsPerMinute: 500, tokensPerMinute: 200_000 })
   */
  limiter?: SharedLimiter | undefined;
  /**
   * Watches all that the agent does, as `otel()` of `parallelization-agent/otel` does. Node's
   * tracing channels `parallelization-agent:run`, `:task`, `:call`, `:attempt` and `:tool` tell the
   * same without it. Errors of it never touch a run.
   * @default nobody
   * @example otel({ content: false })
   */
  telemetry?: Telemetry | undefined;
  /**
   * Sends the requests instead of the global `fetch`: for proxies, recording, or bindings. In Node,
   * `nodeFetch()` of `parallelization-agent/node` takes a fraction of the processor time, and lets
   * an answer begin later than after 300 s. One that passes on no `signal` cannot end the request
   * of a call that was given up. What it throws is a `NETWORK` failure, and is tried again.
   * @default the global `fetch`
   * @example nodeFetch()
   * @example (url, init) => env.GATEWAY.fetch(url, init)
   */
  fetch?: ((url: string, init: RequestInit) => Promise<Response | FetchResponse>) | undefined;
}

/** What an agent may be given: the defaults of its runs, whichever pattern they are of. */
export interface AgentDefaults extends AgentOptions {
  /** Who votes when a vote does not say. @default 3 @example 5 */
  voters?: VotingOptions['voters'] | undefined;
  /**
   * What `run` makes of a prompt without a command and of no known shape.
   * @default 'sectioning'
   * @example 'voting'
   */
  defaultStrategy?: PromptOptions['defaultStrategy'] | undefined;
}
