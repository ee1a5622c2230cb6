// @ts-check
/**
 * The answers of a run, in a store beside its output, by which the same command goes on where it
 * was stopped.
 */

import { rmSync } from 'node:fs';
import { FileStore } from '../store-file.js';
import { CliError, exits } from './failure.js';

/** @param {string} output */
export const storeOf = (output) => `${output}.store.jsonl`;

export class Answers {
  #path;
  #store;
  /** Why nothing can be kept any more. @type {CliError | undefined} */
  failure;

  /**
   * @param {string} output
   * @param {boolean} fresh  whether what was answered before is forgotten
   */
  constructor(output, fresh) {
    this.#path = storeOf(output);
    try {
      if (fresh) rmSync(this.#path, { force: true });
      this.#store = new FileStore(this.#path);
    } catch (error) {
      throw new CliError(/** @type {Error} */ (error).message);
    }
  }

  /** @param {string} key */
  get(key) {
    return this.#store.get(key);
  }

  /**
   * @param {string} key
   * @param {string} value
   */
  set(key, value) {
    try {
      this.#store.set(key, value);
    } catch (error) {
      this.failure ??= new CliError(
        `${this.#path} cannot be written: ${/** @type {Error} */ (error).message}. Make room and run the same command to go on: what was answered until then is kept.`,
        exits.someFailed,
      );
      throw error;
    }
  }
}
