// @ts-check
/** A run: the promise of its result, and the events on the way. */

import { AbortError, InvalidInputError, ParallelError } from './errors.js';
import { EventChannel } from './events.js';

/** @typedef {ReturnType<import('./instance.js').CoreAgent['start']>} CoreRun */
/** @typedef {(ids: [string, string], emit?: (event: object) => void) => Promise<CoreRun>} Begin */

/** @extends {Promise<any>} */
export class ParallelRun extends Promise {
  /** What `then` gives is a plain promise: there is no second run behind it. */
  static get [Symbol.species]() {
    return Promise;
  }

  #channel;
  #abort;
  /** @type {CoreRun | undefined} */
  #core;

  /**
   * @param {{ signal?: AbortSignal, onEvent?: (event: object) => void, runId?: string, threadId?: string }} options
   * @param {Begin} begin  starts the run in the core
   */
  constructor({ signal, onEvent, runId, threadId }, begin) {
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
    this.#channel = new EventChannel(onEvent);
    const abort = new AbortController();
    this.#abort = abort;
    const unfollow = follow(signal, abort);
    const remembered = async (/** @type {[string, string]} */ ids, /** @type {any} */ emit) => {
      this.#core = await begin(ids, emit);
      return this.#core;
    };
    const done = drive([this.runId, this.threadId], remembered, this.#channel, abort.signal);
    done.finally(unfollow).then(resolve, reject);
  }

  /**
   * Ends the run and every request of it; the run then rejects with an `AbortError`.
   * @param {unknown} [reason]  becomes the error's `cause`
   */
  abort(reason) {
    this.#abort.abort(reason);
  }

  /** Where the run stands: its sums so far and who is at work. Undefined until it has begun. */
  snapshot() {
    return this.#core?.snapshot();
  }

  /** The run's AG-UI events. Leaving the loop early does not end the run. */
  [Symbol.asyncIterator]() {
    return this.#channel.iterate();
  }

  /** The events as server-sent events: the body of a `text/event-stream` response. */
  toEventStream() {
    const events = this.#channel.iterate();
    const encoder = new TextEncoder();
    return new ReadableStream({
      async pull(controller) {
        const { value, done } = await events.next();
        if (done) controller.close();
        else controller.enqueue(encoder.encode(`data: ${JSON.stringify(value)}\n\n`));
      },
      cancel: () => void events.return(),
    });
  }
}

/**
 * Runs to the end, and closes the channel only when every event was handed over.
 * @param {[string, string]} ids
 * @param {Begin} begin
 * @param {EventChannel} channel
 * @param {AbortSignal} signal
 */
async function drive(ids, begin, channel, signal) {
  try {
    // Whoever listens at once, listens from the first event on.
    await null;
    const run = await started(ids, begin, channel, signal).catch((error) => {
      refused(ids, error).forEach((event) => {
        channel.emitter()?.({ ...event, timestamp: Date.now() });
      });
      throw error;
    });
    if (!channel.emitter()) channel.onFirstListener = (emit) => run.listen(emit);
    const abort = () => run.abort();
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    return await run.outcome.catch((/** @type {any} */ failure) => {
      throw failure?.code === 'ABORTED' ? new AbortError(signal.reason, failure) : asError(failure);
    });
  } finally {
    channel.close();
  }
}

/**
 * @param {[string, string]} ids
 * @param {Begin} begin
 * @param {EventChannel} channel
 * @param {AbortSignal} signal
 */
async function started(ids, begin, channel, signal) {
  if (signal.aborted) throw new AbortError(signal.reason);
  return begin(ids, channel.emitter()).catch((error) => {
    throw Array.isArray(error) ? new InvalidInputError(error) : error;
  });
}

/**
 * The events of a run that never began, since whoever only listens wants to know as well.
 * @param {[string, string]} ids
 * @param {any} error
 */
function refused([runId, threadId], { code = 'RUN_FAILED', message }) {
  const end =
    code === 'ABORTED'
      ? { type: 'RUN_FINISHED', threadId, runId, outcome: { type: 'cancelled' } }
      : { type: 'RUN_ERROR', message, code };
  return [{ type: 'RUN_STARTED', threadId, runId }, end];
}

/** @param {any} failure */
function asError(failure) {
  return failure instanceof Error ? failure : new ParallelError(failure);
}

/**
 * Aborts when the caller's signal does. One listener a run, gone when the run is over.
 * @param {AbortSignal | undefined} signal
 * @param {AbortController} controller
 */
function follow(signal, controller) {
  // What is no signal is reported with all else that is wrong with the input.
  if (typeof signal?.addEventListener !== 'function') return () => {};
  const abort = () => controller.abort(signal.reason);
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  return () => signal.removeEventListener('abort', abort);
}

/** `crypto.randomUUID` exists in secure contexts only; a page on a local network is none. */
function randomId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
