// @ts-check
/** Carries events from the core to whoever listens, in order, and never lets a listener into the core's own turn. */

export class EventChannel {
  #onEvent;
  /** @type {Set<{ queue: object[], wake: () => void }>} */
  #readers = new Set();
  /** @type {object[]} */
  #pending = [];
  #closed = false;

  /**
   * Called when somebody begins to listen to a run that nobody listened to so far.
   * @type {((emit: (event: object) => void) => void) | undefined}
   */
  onFirstListener;

  /** @param {((event: object) => void) | undefined} onEvent */
  constructor(onEvent) {
    this.#onEvent = typeof onEvent === 'function' ? onEvent : undefined;
  }

  /** Where the core puts events; undefined while nobody listens, so that it makes none. */
  emitter() {
    return this.#onEvent || this.#readers.size > 0 ? this.#emit : undefined;
  }

  /** Only queues: the core must not be called back while it is at work. */
  #emit = (/** @type {object} */ event) => {
    if (this.#pending.push(event) === 1) queueMicrotask(() => this.#deliver());
  };

  #deliver() {
    const events = this.#pending;
    this.#pending = [];
    for (const event of events) {
      for (const reader of this.#readers) reader.queue.push(event);
      try {
        this.#onEvent?.(event);
      } catch (error) {
        console.error('parallelization-agent: an `onEvent` listener threw', error);
      }
    }
    for (const reader of this.#readers) reader.wake();
  }

  /** There will be no more events. */
  close() {
    this.#deliver();
    this.#closed = true;
    for (const reader of this.#readers) reader.wake();
  }

  /** @returns {AsyncGenerator<object, void>} */
  iterate() {
    /** @type {{ queue: object[], wake: () => void }} */
    const reader = { queue: [], wake: () => {} };
    if (!this.#closed) this.#readers.add(reader);
    this.onFirstListener?.(this.#emit);
    this.onFirstListener = undefined;
    return this.#read(reader);
  }

  /** @param {{ queue: object[], wake: () => void }} reader */
  async *#read(reader) {
    try {
      for (;;) {
        const events = reader.queue;
        reader.queue = [];
        yield* events;
        if (reader.queue.length > 0) continue;
        if (this.#closed) return;
        await new Promise((resolve) => {
          reader.wake = () => resolve(undefined);
        });
      }
    } finally {
      this.#readers.delete(reader);
    }
  }
}
