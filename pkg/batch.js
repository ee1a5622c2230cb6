// @ts-check
/**
 * A run of a batch: its results can be read one by one, and are asked for no faster than they are
 * read.
 */

import { InvalidInputError } from './errors.js';
import { ParallelRun } from './run.js';
import { NativePromise } from './surroundings.js';

/** @typedef {ReturnType<import('./instance.js').CoreAgent['start']>} CoreRun */
/** @typedef {(taken: [number, object]) => Promise<void>} Take */
/** @typedef {(run: CoreRun) => void} Begun */
/** @typedef {(ids: [string, string], begun: Begun, take?: Take) => Promise<CoreRun>} BeginBatch */

export class BatchRun extends ParallelRun {
  /** @type {Results | undefined} */
  #results;
  #begun = false;

  /**
   * @param {ConstructorParameters<typeof ParallelRun>[0]} options
   * @param {string} strategy
   * @param {BeginBatch} begin
   */
  constructor(options, strategy, begin) {
    super(options, strategy, (ids, begun) => {
      this.#begun = true;
      return begin(ids, begun, this.#results?.take);
    });
  }

  /**
   * The results, one by one. Leaving the loop ends the run.
   * @param {{ order?: 'completion' | 'input' }} [options]
   */
  results({ order = 'completion' } = {}) {
    if (order !== 'completion' && order !== 'input') {
      const message = `Expected \`order\` to be 'completion' or 'input', got \`${String(order)}\`.`;
      throw new InvalidInputError([{ path: 'order', message, received: String(order) }]);
    }
    if (this.#begun || this.#results) {
      throw new Error('`results()` has to be called once, and in the same turn as `batch()`.');
    }
    const results = new Results(order === 'input');
    this.#results = results;
    const close = () => results.close();
    // A reader of the results learns of a failure there.
    this.then(close, close);
    return results.read(this);
  }
}

/**
 * Results that came in and were not read yet: never more than a window of them, since each one
 * holds its place in it.
 */
class Results {
  /** @type {Map<number, { result: object, taken: () => void }>} */
  #waiting = new Map();
  #inOrder;
  /**
   * The indices that are left when the run has ended; there may be gaps between them.
   * @type {number[] | undefined}
   */
  #left;
  #next = 0;
  #closed = false;
  #wake = () => {};

  /** @param {boolean} inOrder */
  constructor(inOrder) {
    this.#inOrder = inOrder;
  }

  /** @type {Take} */
  take = ([index, result]) =>
    new NativePromise((taken) => {
      this.#waiting.set(index, { result, taken });
      this.#wake();
    });

  close() {
    this.#closed = true;
    this.#wake();
  }

  /** @param {BatchRun} run */
  async *read(run) {
    try {
      for (;;) {
        const index = this.#ready();
        const entry = index !== undefined && this.#waiting.get(index);
        if (entry) {
          this.#waiting.delete(index);
          this.#next = index + 1;
          yield entry.result;
          entry.taken();
        } else if (this.#closed) {
          break;
        } else {
          await new NativePromise((resolve) => {
            this.#wake = () => resolve(undefined);
          });
        }
      }
      await run;
    } finally {
      run.abort(new Error('Nobody reads the results any more.'));
    }
  }

  /** The index whose turn it is. */
  #ready() {
    const [first] = this.#waiting.keys();
    if (!this.#inOrder) return first;
    if (!this.#closed) return this.#next;
    this.#left ??= [...this.#waiting.keys()].sort((a, b) => b - a);
    return this.#left.pop();
  }
}
