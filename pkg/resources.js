// @ts-check
/**
 * Timers and requests that belong to one instance of the core, so that they can be released if it
 * traps: a core that failed ends none of its requests itself, and a timer that nobody clears keeps
 * a process from ending.
 */

import { hostIsOverdue, nextTask } from './host-turn.js';
import { abortController, NativePromise } from './surroundings.js';

const settled = NativePromise.resolve();

/** These stand in for the globals of their names within the bindings. */
export function trackResources() {
  /** @type {Set<ReturnType<typeof globalThis.setTimeout>>} */
  const timers = new Set();
  /** @type {Set<WeakRef<AbortController>>} */
  const requests = new Set();
  const forget = (/** @type {WeakRef<AbortController>} */ request) => requests.delete(request);
  // Some edge runtimes have none; requests there run to their ends.
  const ended = typeof FinalizationRegistry === 'function' ? new FinalizationRegistry(forget) : undefined;

  return {
    /**
     * @param {() => void} callback
     * @param {number} ms
     */
    setTimeout(callback, ms) {
      const timer = globalThis.setTimeout(() => {
        timers.delete(timer);
        callback();
      }, ms);
      timers.add(timer);
      return timer;
    },

    /** @param {ReturnType<typeof globalThis.setTimeout>} timer */
    clearTimeout(timer) {
      timers.delete(timer);
      globalThis.clearTimeout(timer);
    },

    /**
     * A promise calls back as soon, for a third of the processor time in Node, and no fake clock of
     * a test holds it up.
     * @param {() => void} callback
     */
    queueMicrotask(callback) {
      if (hostIsOverdue()) nextTask(callback);
      else settled.then(callback);
    },

    hostIsOverdue,

    AbortController: class extends abortController() {
      constructor() {
        super();
        if (!ended) return;
        const request = new WeakRef(this);
        requests.add(request);
        ended.register(this, request);
      }
    },

    release() {
      for (const timer of timers) globalThis.clearTimeout(timer);
      for (const request of requests) request.deref()?.abort();
    },
  };
}
