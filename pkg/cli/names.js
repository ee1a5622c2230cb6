// @ts-check
/**
 * Names questions by what they ask, so that an answer is found again wherever its row stands in
 * another run.
 */

import { createHash } from 'node:crypto';

export class Names {
  /**
   * How often each name was used, under a number in place of the name: there may be a million.
   * @type {Map<number, number>}
   */
  #counts = new Map();

  /**
   * The same question has another name the second time, since each row has an answer of its own. So
   * have two questions that happen to have one hash, which does no harm: an answer goes by its
   * whole question, too.
   * @param {string} content
   */
  of(content) {
    const hash = createHash('sha256').update(content).digest().readUIntBE(0, 6);
    const count = (this.#counts.get(hash) ?? 0) + 1;
    this.#counts.set(hash, count);
    const name = hash.toString(36);
    return count === 1 ? name : `${name}-${count}`;
  }
}
