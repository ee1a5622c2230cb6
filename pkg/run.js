// @ts-check
/** A run: the promise of its result, and the events on the way. */

import { AbortError, InvalidInputError, ParallelError } from './errors.js';
import { eventStream } from './event-stream.js';
import { EventChannel } from './events.js';
import { follow } from './signals.js';
import { abortController, NativePromise } from './surroundings.js';

/** @typedef {ReturnType<import('./instance.js').CoreAgent['start']>} CoreRun */
/** @typedef {(ids: [string, string], begun: (run: CoreRun) => void) => Promise<CoreRun>} Begin */
/** @typedef {import('./event-buffer.js').Event} Event */

/** The sums before a run begins. */
export const nothingYet = {
  totalTasks: 0,
  completedTasks: 0,
  failedTasks: 0,
  skippedTasks: 0,
  cancelledTasks: 0,
  fromStoreTasks: 0,
  totalTokens: 0,
  promptTokens: 0,
  completionTokens: 0,
  totalCost: null,
  processingTimeMs: 0,
  criticalPathMs: 0,
  sequentialTimeMs: 0,
  maxConcurrency: 0,
  attempts: 0,
  retries: 0,
  hedges: 0,
};

/** @extends {NativePromise<any>} */
export class ParallelRun extends NativePromise {
  /** What `then` gives is a plain promise: there is no second run behind it. */
  static get [Symbol.species]() {
    return NativePromise;
  }

  #channel;
  #abort;
  #strategy;
  /** @type {CoreRun | undefined} */
  #core;
  /** @type {any} */
  #result;

  /**
   * @param {{
   *   signal?: AbortSignal,
   *   onEvent?: (event: object) => void,
   *   runId?: string,
   *   threadId?: string,
   * }} options
   * @param {string} strategy  as it was called
   * @param {Begin} begin  starts the run in the core
   */
  constructor({ signal, onEvent, runId, threadId }, strategy, begin) {
    /** @type {(result: any) => void} */
    let resolve = () => {};
    /** @type {(error: unknown) => void} */
    let reject = () => {};
    super((onResolve, onReject) => {
      resolve = onResolve;
      reject = onReject;
    });
    this.runId = typeof runId === 'string' ? runId : randomId();
    this.threadId = typeof threadId === 'string' ? threadId : this.runId;
    this.#strategy = strategy;
    this.#channel = new EventChannel(onEvent);
    const abort = new (abortController())();
    this.#abort = abort;
    const unfollow = follow(signal, abort);
    const done = this.#drive(begin, abort.signal);
    done.finally(unfollow).then(resolve, reject);
    if (typeof onEvent === 'function') this.#toldByEvents();
  }

  /**
   * Ends the run and every request of it; the run then rejects with an `AbortError`.
   * @param {unknown} [reason]  becomes the error's `cause`
   */
  abort(reason) {
    this.#abort.abort(reason);
  }

  /** Where the run stands: its sums so far and who is at work. */
  snapshot() {
    return (
      this.#core?.snapshot() ?? {
        runId: this.runId,
        strategy: this.#strategy,
        ...nothingYet,
        running: [],
        pools: [],
      }
    );
  }

  /** The run's AG-UI events. Leaving the loop early does not end the run. */
  [Symbol.asyncIterator]() {
    this.#toldByEvents();
    return this.#channel.iterate();
  }

  /** The events as server-sent events: the body of an answer with `eventStreamHeaders`. */
  toEventStream() {
    this.#toldByEvents();
    return eventStream(this.#channel.listen());
  }

  /**
   * A reader of the events learns of a failure there, and need not await the run as well: in Node a
   * rejection that nobody handles ends the process.
   */
  #toldByEvents() {
    this.then(undefined, () => {});
  }

  /**
   * Runs to the end, and closes the channel only when every event was handed over.
   * @param {Begin} begin
   * @param {AbortSignal} signal
   */
  async #drive(begin, signal) {
    const channel = this.#channel;
    try {
      // A listener that is there at once gets all events from the first on.
      await null;
      const run = await this.#begin(begin, signal);
      await run.outcome.catch((/** @type {any} */ failure) => {
        if (failure?.code === 'ABORTED') throw new AbortError(signal.reason, failure);
        const error = asError(failure);
        if (failure?.code === 'CORE_FAILED') channel.open((late) => refused(this.#ids, error, late));
        throw error;
      });
      return this.#result;
    } finally {
      channel.close();
    }
  }

  /**
   * @param {Begin} begin
   * @param {AbortSignal} signal
   */
  async #begin(begin, signal) {
    try {
      const core = await begin([this.runId, this.threadId], (core) => {
        this.#core = core;
        // Before the first request is sent.
        if (signal.aborted) core.abort();
        signal.addEventListener('abort', () => core.abort(), { once: true });
        const keep = (/** @type {any} */ result) => {
          this.#result = withNames(result);
        };
        // Before anybody else who waits for it.
        core.outcome.then(keep, () => {});
        this.#channel.open((late, emit) =>
          core.listen(this.#withResult(core, late), this.#withResult(core, emit)),
        );
      });
      return core;
    } catch (thrown) {
      const error = /** @type {any} */ (thrown);
      const reason = error?.issues ? new InvalidInputError(error.issues, error.total) : error;
      this.#channel.open((late) => refused(this.#ids, reason, late));
      throw reason;
    }
  }

  get #ids() {
    return { threadId: this.threadId, runId: this.runId };
  }

  /**
   * The core gives its result once, and its last event without: that waits for it here.
   * @param {CoreRun} core
   * @param {(event: Event) => void} emit
   */
  #withResult(core, emit) {
    return (/** @type {Event} */ event) => {
      if (event.type !== 'RUN_FINISHED' || event.outcome.type !== 'success') return emit(event);
      const finish = () => emit({ ...event, result: this.#result });
      if (this.#result) finish();
      else core.outcome.then(finish, () => {});
    };
  }
}

/**
 * Reports a run that never began to those that only listen.
 * @param {{ threadId: string, runId: string }} ids
 * @param {any} error
 * @param {(event: Event) => void} late
 */
function refused(ids, { code = 'RUN_FAILED', message }, late) {
  const timestamp = Date.now();
  late({ type: 'RUN_STARTED', ...ids, timestamp });
  late({ type: 'RUN_ERROR', message, code, timestamp });
}

/**
 * A result knows its tasks by their names. They are no further field: what is kept or sent has each
 * task once.
 * @param {any} result
 */
function withNames(result) {
  /** @type {Record<string, object> | undefined} */
  let byId;
  const get = () => {
    byId ??= Object.values(result.results).reduce((tasks, task) => {
      tasks[task.taskId] = task;
      return tasks;
    }, Object.create(null));
    return byId;
  };
  return Object.defineProperty(result, 'byId', { get, configurable: true });
}

/** @param {any} failure */
function asError(failure) {
  return failure instanceof Error ? failure : new ParallelError(failure);
}

/**
 * `crypto.randomUUID` exists in secure contexts only; a page on a local network is none, and a
 * simulated one may have no `crypto`.
 */
function randomId() {
  const bytes = new Uint8Array(16);
  const random = globalThis.crypto?.getRandomValues(bytes) ?? bytes.map(() => Math.random() * 256);
  return Array.from(random, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
