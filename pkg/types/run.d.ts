/** A run under way. */

import type { AbortError } from './errors.js';
import type { RunEvent } from './events.js';
import type { ProcessResult, RunMetadata } from './results.js';

/** Where a run stands. */
export interface RunSnapshot extends RunMetadata {
  /** The ids of the tasks at work, and of the run's own calls, such as `summary`. */
  running: string[];
  /** What the limits of its agent hold back, other runs of it included. */
  pools: PoolStatus[];
}

/** The calls to one model at one address, which share its limits. */
export interface PoolStatus {
  /** The model's name. */
  model: string;
  /** The server's host and port; null for a function of the caller's. */
  host: string | null;
  /**
   * Calls that wait for a slot, for the clock or for the end of a pause. Those that wait to be
   * tried again are not among them.
   */
  queued: number;
  /** Requests under way. */
  inFlight: number;
  /**
   * When the pause ends that the server asked for, as `Date.now()` counts; null when there is none.
   */
  pausedUntilMs: number | null;
  /**
   * How many requests may be under way: `concurrency`, or what `'auto'` has found. Null without any
   * limit.
   */
  level: number | null;
  /**
   * The share of the limit of requests that is used, from 0 to 1; of the fullest of several. Null
   * without such a limit.
   */
  requestsUsed: number | null;
  /**
   * The share of the limit of tokens that is used or set aside, from 0 up; of the fullest of
   * several. Null without such a limit.
   */
  tokensUsed: number | null;
  /**
   * A row for each limit that you have set: its requests or tokens, and the share that is used or
   * set aside.
   */
  limits: {
    /** How many requests; null where the limit is of tokens. */
    requests: number | null;
    /** How many tokens; null where the limit is of requests. */
    tokens: number | null;
    /** In which time. */
    per: 'second' | 'minute' | 'hour' | 'day';
    /** From 0 up. */
    used: number;
  }[];
}

/** What an agent's limits hold back at a moment. */
export interface AgentStatus {
  /** Calls that wait, in all pools. */
  queued: number;
  /** Requests under way, in all pools. */
  inFlight: number;
  /** A row for each model at each address that is in use, or was a moment ago. */
  pools: PoolStatus[];
}

/**
 * A run: a promise of its result, and an async iterable of its events.
 *
 * There may be any number of listeners, and each may come when it likes: one that comes late is
 * first told where the run stands (state, table, and of each task what it has said so far), and one
 * that comes after the end is told all of it. A slow one holds up nothing and fills no memory: when
 * it is 256 events behind, pieces of one text that it has not taken become one piece, and patches
 * one patch, so that what waits for it is bounded by the number of tasks and not of tokens. Of
 * tasks that are over and of which it has taken nothing yet, only the last 10,000 wait: state and
 * table count all.
 *
 * Whoever follows the events (a loop, `toEventStream`, `onEvent`) is told of a failure there, by
 * `RUN_ERROR`, and need not await the run. Awaiting it rejects all the same. Follow them from the
 * turn in which the run begins: a run that fails while nobody follows or awaits it is an unhandled
 * rejection, as with every promise.
 *
 * All functions that are passed in are called in the async context of the call that began the run
 * (`AsyncLocalStorage` in Node, `AsyncContext` where there is one), however many runs share an
 * agent.
 */
export class ParallelRun<R = ProcessResult> extends Promise<R> implements AsyncIterable<RunEvent> {
  protected constructor();
  /** The run's name. */
  readonly runId: string;
  /** The conversation that it belongs to. */
  readonly threadId: string;
  /**
   * Ends the run and every request of it. It then rejects with an {@link AbortError} whose `cause`
   * is the reason.
   * @example button.onclick = () => run.abort('stopped by the user')
   */
  abort(reason?: unknown): void;
  /**
   * Where the run stands, at any moment: all zero before it begins, and the final sums after its
   * end.
   * @example const { completedTasks, totalTasks } = run.snapshot();
   */
  snapshot(): RunSnapshot;
  /**
   * The run's events. Leaving the loop does not end the run.
   * @example
   * for await (const event of run) {
   *   if (event.type === 'TEXT_MESSAGE_CONTENT') show(event.delta);
   * }
   */
  [Symbol.asyncIterator](): AsyncGenerator<RunEvent, void>;
  /**
   * The events as server-sent events, made as they are asked for. Where none comes for 15 seconds,
   * a comment does, so that no proxy takes the connection for dead. Cancelling the stream does not
   * end the run.
   * @example new Response(run.toEventStream(), { headers: eventStreamHeaders })
   */
  toEventStream(): ReadableStream<Uint8Array>;
}

/**
 * What to send beside the body that {@link ParallelRun.toEventStream} gives: the content type, and
 * no buffering.
 * @example new Response(run.toEventStream(), { headers: eventStreamHeaders })
 */
export const eventStreamHeaders: {
  /** That these are server-sent events. */
  'content-type': string;
  /** That nothing on the way keeps them. */
  'cache-control': string;
};
