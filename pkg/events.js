// @ts-check
/**
 * Carries events from the core to the listeners, in order, and never lets a listener into the
 * core's own turn.
 */

import { EventBuffer } from './event-buffer.js';
import { EventIterator } from './event-iterator.js';
import { microtask, NativePromise } from './surroundings.js';

/** @typedef {import('./event-buffer.js').Event} Event */
/** @typedef {(event: Event) => void} Emit */

export class EventChannel {
  #onEvent;
  /** @type {Set<Listener>} */
  #listeners = new Set();
  /** What `onEvent` has yet to be called with. @type {Event[]} */
  #pending = [];
  /**
   * Tells a late subscriber where the run stands.
   * @type {((late: Emit, emit: Emit) => void) | undefined}
   */
  #recount;
  #closed = false;
  #complained = false;

  /** @param {Emit | undefined} onEvent */
  constructor(onEvent) {
    this.#onEvent = typeof onEvent === 'function' ? onEvent : undefined;
  }

  /**
   * The run has begun. It makes no events before somebody listens. Later, this changes what is told
   * to who comes late.
   * @param {(late: Emit, emit: Emit) => void} recount  tells the first where the run stands,
   *   and goes on with the second
   */
  open(recount) {
    const isFirst = !this.#recount;
    this.#recount = recount;
    if (isFirst && (this.#onEvent || this.#listeners.size > 0)) recount(this.#emit, this.#emit);
  }

  /** There will be no more events. */
  close() {
    this.#deliver();
    this.#closed = true;
    for (const listener of this.#listeners) listener.close();
    this.#listeners.clear();
  }

  /** Begins to listen: to all there is to know by now, and to all that comes. */
  listen() {
    const listener = new Listener(() => this.#listeners.delete(listener));
    this.#recount?.((event) => listener.put(event), this.#emit);
    if (this.#closed) listener.close();
    else this.#listeners.add(listener);
    return listener;
  }

  /** @returns {AsyncGenerator<Event, void>} */
  iterate() {
    return /** @type {any} */ (new EventIterator(this.listen()));
  }

  /** Only queues: the core must not be called back while it is at work. */
  #emit = (/** @type {Event} */ event) => {
    for (const listener of this.#listeners) listener.put(event);
    if (this.#onEvent && this.#pending.push(event) === 1) microtask(() => this.#deliver());
  };

  #deliver() {
    const events = this.#pending;
    this.#pending = [];
    for (const event of events) {
      try {
        /** @type {any} */ (this.#onEvent?.(event))?.then?.(undefined, this.#complain);
      } catch (error) {
        this.#complain(error);
      }
    }
  }

  /** Once: a listener that throws will do so again, and a run has thousands of events. */
  #complain = (/** @type {unknown} */ error) => {
    if (!this.#complained) console.error('parallelization-agent: an `onEvent` listener threw', error);
    this.#complained = true;
  };
}

/** One who takes events at a speed of its own. */
export class Listener {
  #buffer = new EventBuffer();
  #closed = false;
  /** Those who wait for an event. While there are some, nothing is in the buffer. @type {Take[]} */
  #waiting = [];
  #leave;

  /** @param {() => void} leave */
  constructor(leave) {
    this.#leave = leave;
  }

  /** @param {Event} event */
  put(event) {
    const take = this.#waiting.shift();
    if (take) take({ value: event, done: false });
    else this.#buffer.put(event);
  }

  /** No more events will come. What is there can still be taken. */
  close() {
    this.#closed = true;
    for (const take of this.#waiting.splice(0)) take(end);
  }

  /** Hears no more, nor takes what is there. */
  leave() {
    this.#leave();
    this.#buffer = new EventBuffer();
    this.close();
  }

  /** The next event if it is there. */
  take() {
    return this.#buffer.take();
  }

  /** @returns {Promise<IteratorResult<Event, void>>} */
  next() {
    const value = this.take();
    if (value) return NativePromise.resolve({ value, done: false });
    if (this.#closed) return NativePromise.resolve(end);
    return new NativePromise((resolve) => this.#waiting.push(resolve));
  }
}

/** @typedef {(result: IteratorResult<Event, void>) => void} Take */

/** @type {IteratorResult<Event, void>} */
const end = { value: undefined, done: true };
