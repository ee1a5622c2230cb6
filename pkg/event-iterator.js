// @ts-check
/**
 * The events of a run, for `for await`. An async generator would do the same with four promises an
 * event, which is more than all else that an event costs.
 */

/** @typedef {import('./event-buffer.js').Event} Event */
/** @typedef {IteratorResult<Event, void>} Result */

export class EventIterator {
  #listener;

  /** @param {import('./events.js').Listener} listener */
  constructor(listener) {
    this.#listener = listener;
  }

  /** @returns {Promise<Result>} */
  next() {
    return this.#listener.next();
  }

  /**
   * The loop was left. The run goes on.
   * @param {void | PromiseLike<void>} [value]
   */
  async return(value) {
    this.#listener.leave();
    return { value: await value, done: /** @type {const} */ (true) };
  }

  /** @param {unknown} error @returns {Promise<Result>} */
  async throw(error) {
    this.#listener.leave();
    throw error;
  }
}

/** What all async iterators of the language inherit, such as that they can be iterated. */
const asyncGenerator = Object.getPrototypeOf(async function* () {}.prototype);
Object.setPrototypeOf(EventIterator.prototype, Object.getPrototypeOf(asyncGenerator));
