// @ts-check
/**
 * Names questions by what they ask, so that an answer is found again wherever its row stands in
 * another run.
 */

import { hashOf, NumberMap } from '../number-map.js';

export class Names {
  /** How often each name was used, by its hash. */
  #counts = new NumberMap();

  /**
   * The same question has another name the second time, since each row has an answer of its own. So
   * have two questions that happen to have one hash, which does no harm: an answer goes by its
   * whole question, too.
   * @param {string} content
   */
  of(content) {
    const hash = hashOf(content);
    const count = (this.#counts.get(hash) ?? 0) + 1;
    this.#counts.set(hash, count);
    const name = hash.toString(36);
    return count === 1 ? name : `${name}-${count}`;
  }
}
