// @ts-check
/**
 * The events of a run, for `for await`. An async generator would do the same with four promises an
 * event, which is more than all else that an event costs.
 */

import { NativePromise } from './surroundings.js';

/** @typedef {import('./event-buffer.js').Event} Event */
/** @typedef {IteratorResult<Event, void>} Result */

export class EventIterator {
  #listener;
  #isOver = false;

  /** @param {import('./events.js').Listener} listener */
  constructor(listener) {
    this.#listener = listener;
  }

  /** @returns {Promise<Result>} */
  next() {
    return this.#isOver ? over() : this.#listener.next();
  }

  /**
   * The loop was left. The run goes on.
   * @param {void | PromiseLike<void>} [value]
   */
  async return(value) {
    this.#leave();
    return { value: await value, done: /** @type {const} */ (true) };
  }

  /** @param {unknown} error @returns {Promise<Result>} */
  async throw(error) {
    this.#leave();
    throw error;
  }

  #leave() {
    this.#isOver = true;
    this.#listener.leave();
  }
}

/** What all async iterators of the language inherit, such as that they can be iterated. */
const asyncGenerator = Object.getPrototypeOf(async function* () {}.prototype);
Object.setPrototypeOf(EventIterator.prototype, Object.getPrototypeOf(asyncGenerator));

/** @returns {Promise<Result>} */
const over = () => NativePromise.resolve({ value: undefined, done: true });
