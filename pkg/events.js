// @ts-check
/**
 * Carries events from the core to the listeners, in order, and never lets a listener into the
 * core's own turn.
 */

import { EventBuffer } from './event-buffer.js';
import { NativePromise } from './surroundings.js';

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
    return read(this.listen());
  }

  /** Only queues: the core must not be called back while it is at work. */
  #emit = (/** @type {Event} */ event) => {
    for (const listener of this.#listeners) listener.put(event);
    if (this.#onEvent && this.#pending.push(event) === 1) queueMicrotask(() => this.#deliver());
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
  /** @type {(() => void) | undefined} */
  #wake;
  #leave;

  /** @param {() => void} leave */
  constructor(leave) {
    this.#leave = leave;
  }

  /** @param {Event} event */
  put(event) {
    this.#buffer.put(event);
    this.#wakeUp();
  }

  close() {
    this.#closed = true;
    this.#wakeUp();
  }

  #wakeUp() {
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  }

  /** Hears no more. */
  leave() {
    this.#leave();
  }

  /** The next event if it is there. */
  take() {
    return this.#buffer.take();
  }

  /** The next event, or undefined when there will be none. */
  async next() {
    for (;;) {
      const event = this.take();
      if (event || this.#closed) return event;
      await new NativePromise((resolve) => {
        this.#wake = () => resolve(undefined);
      });
    }
  }
}

/** @param {Listener} listener */
async function* read(listener) {
  try {
    for (;;) {
      // What is there already needs no promise of it.
      const event = listener.take() ?? (await listener.next());
      if (!event) break;
      yield event;
    }
  } finally {
    listener.leave();
  }
}
