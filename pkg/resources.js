// @ts-check
/**
 * Timers and requests that belong to one instance of the core, so that they can be released if it
 * traps: a core that failed ends none of its requests itself, and a timer that nobody clears keeps
 * a process from ending.
 */

import { hostIsOverdue, nextTask } from './host-turn.js';
import { PlainController } from './plain-controller.js';
import { abortController, microtask } from './surroundings.js';

// As they were when the package was loaded: the clock of a test that fakes them later stands still,
// and a run would wait for ever.
const { setTimeout, clearTimeout, performance } = globalThis;

/** Of names of headers, by their texts. @type {Map<string, string[]>} */
const lists = new Map();

/** These stand in for the globals of their names within the bindings. */
export function trackResources() {
  /** @type {Set<ReturnType<typeof setTimeout>>} */
  const timers = new Set();
  /** @type {Set<{ abort(): void }>} */
  const requests = new Set();

  return {
    /**
     * @param {() => void} callback
     * @param {number} ms
     */
    setTimeout(callback, ms) {
      const timer = setTimeout(() => {
        // What takes one back may be a stub that does not; what it calls is gone by then.
        if (timers.delete(timer)) callback();
      }, ms);
      timers.add(timer);
      return timer;
    },

    /** @param {ReturnType<typeof globalThis.setTimeout>} timer */
    clearTimeout(timer) {
      timers.delete(timer);
      clearTimeout(timer);
    },

    performance,

    /** @param {() => void} callback */
    queueMicrotask(callback) {
      if (hostIsOverdue()) nextTask(callback);
      else microtask(callback);
    },

    hostIsOverdue,

    AbortController: class extends abortController() {
      constructor() {
        super();
        requests.add(this);
      }
    },

    /** For our own `fetch`. */
    plainController() {
      const controller = new PlainController();
      requests.add(controller);
      return controller;
    },

    /** As `AbortSignal.timeout` does. @param {AbortController} controller */
    abortLate: (controller) => controller.abort(new DOMException('It took too long.', 'TimeoutError')),

    /** @param {{ abort(): void }} request */
    forgetController(request) {
      requests.delete(request);
    },

    /**
     * @param {{ get(name: string): unknown }} headers
     * @param {string} names  with spaces between them
     */
    hasAnyHeader(headers, names) {
      const list = lists.get(names) ?? names.split(' ');
      lists.set(names, list);
      return list.some((name) => typeof headers.get(name) === 'string');
    },

    release() {
      for (const timer of timers) clearTimeout(timer);
      for (const request of requests) request.abort();
    },
  };
}
