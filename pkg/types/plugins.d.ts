/** What a caller may put in the place of something: a store, a limiter, a fetch, a telemetry. */

import type { AgentStatus } from './run.js';

/** Where answers are kept. @example const store: Store = new Map(); */
export interface Store {
  /** Gives what was kept under a key, or nothing; a promise is waited for. */
  get(key: string): unknown;
  /** Keeps a value under a key; a promise is waited for. */
  set(key: string, value: string): unknown;
  /**
   * Instead of `get` for an answer that is asked for where there is none. `value` is, or resolves
   * to, what was kept; nothing says that it is for the caller to ask. For as long as another asks
   * the same, it may wait. `release` is called once it is kept, or was not to be had. Stores of
   * several processes pay for one question once by it.
   * @default `get`: whoever finds nothing asks
   * @example (key) => ({ value: kept.get(key), release() {} })
   */
  claim?(key: string): { value: unknown; release(): void };
}

/**
 * A limit that several processes share. It is asked for one call of each pool at a time, the first
 * in its queue, so that the longest path still goes first. Where it fails, the agent's own limits
 * go on, a `CUSTOM` event `limiter` says so, and no run fails of it.
 * @example redisLimiter(new Redis(), { requestsPerMinute: 500 })
 */
export interface SharedLimiter {
  /**
   * Books one request that may use so many tokens. A booking that comes when nobody waits for it
   * any more is given back.
   * @param pool names the model and the server's host, which share the limit
   * @returns how long to wait before it is sent, and what names the booking
   */
  book(pool: string, want: { requests: 1; tokens: number }): Promise<{ waitMs: number; id: string }>;
  /**
   * What a booking used in the end; null where its request was never sent. Its slot is free again.
   */
  settle(pool: string, id: string, took: { tokens: number } | null): unknown;
  /**
   * A server asked for a pause, until `untilMs` as `Date.now()` counts here: all processes hold.
   */
  pause?(pool: string, untilMs: number): unknown;
}

/** What is read of an answer that is no `Response`. */
export interface FetchResponse {
  /** The status of HTTP. */
  status: number;
  /** Its headers, by name in lower case. */
  headers: { get(name: string): string | null };
  /** Its body, as pieces; without one, it is read by `text()`. */
  body: { getReader(): { read(): FetchPiece | Promise<FetchPiece>; cancel(): unknown } } | null;
  /** The whole body. */
  text(): Promise<string>;
}

/** A piece of a body, or its end. */
export type FetchPiece = { done: false; value: Uint8Array } | { done: true; value?: undefined };

/**
 * What is watched: a run, a task in it, a call with all its tries, one attempt at it, a tool.
 * `retry` is a moment, and no span.
 */
export type TelemetryKind = 'run' | 'task' | 'call' | 'attempt' | 'tool' | 'retry';

/** Something under way. */
export interface TelemetrySpan {
  /**
   * Calls `turn` once, at once, so that all that happens within it belongs to this span.
   * @default `turn` is just called
   */
  run?(turn: () => void): void;
  /** It is over. With a `code` it failed; `ABORTED` is the code of what nobody needed any more. */
  end?(outcome: Record<string, unknown>): void;
}

/** Watches an agent's runs. */
export interface Telemetry {
  /** Whether prompts and answers are told, too. Keys never are. @default false */
  content?: boolean | undefined;
  /**
   * Something begins. Nothing is to be waited for in here.
   * @param kind what it is
   * @param info ids, and what is asked of whom
   */
  begin(kind: TelemetryKind, info: Record<string, unknown>): TelemetrySpan | undefined;
  /**
   * An agent makes its first run. It can be asked at any moment what its limits hold back; whoever
   * keeps it keeps it alive.
   */
  observe?(agent: { status(): AgentStatus }): void;
}
