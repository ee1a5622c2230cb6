// @ts-check
/**
 * A map from hashes to numbers in typed arrays. There may be a million entries, and one of a `Map`
 * takes twice as much memory.
 */

import { createHash } from 'node:crypto';

/** Hashes have 48 bits, which a number holds exactly. */
const hashBytes = 6;
const hashes = 2 ** (8 * hashBytes);

/** Searches in a table that is fuller than this take long. */
const fullest = 0.8;

export class NumberMap {
  size = 0;
  /** A hash plus one; 0 where there is none. */
  #hashes = new Float64Array(64);
  #values = new Float64Array(64);

  /** @param {number} hash  as {@link hashOf} gives it */
  get(hash) {
    const slot = this.#slotOf(hash);
    return this.#hashes[slot] === 0 ? undefined : this.#values[slot];
  }

  /**
   * @param {number} hash
   * @param {number} value
   */
  set(hash, value) {
    let slot = this.#slotOf(hash);
    if (this.#hashes[slot] === 0) {
      if (this.size >= fullest * this.#hashes.length) {
        this.#grow();
        slot = this.#slotOf(hash);
      }
      this.#hashes[slot] = hash + 1;
      this.size += 1;
    }
    this.#values[slot] = value;
  }

  clear() {
    this.size = 0;
    this.#hashes = new Float64Array(64);
    this.#values = new Float64Array(64);
  }

  /**
   * Where a hash stands, or the first free slot from where it should. Hashes are spread evenly, so
   * that a table of any length does.
   * @param {number} hash
   */
  #slotOf(hash) {
    const { length } = this.#hashes;
    let slot = Math.floor((hash / hashes) * length);
    while (this.#hashes[slot] !== 0 && this.#hashes[slot] !== hash + 1) slot = (slot + 1) % length;
    return slot;
  }

  /** By half, since a table that doubles is half empty for long. */
  #grow() {
    const [before, values] = [this.#hashes, this.#values];
    this.#hashes = new Float64Array(Math.ceil(before.length * 1.5));
    this.#values = new Float64Array(this.#hashes.length);
    for (let index = 0; index < before.length; index += 1) {
      if (before[index] === 0) continue;
      const slot = this.#slotOf(before[index] - 1);
      this.#hashes[slot] = before[index];
      this.#values[slot] = values[index];
    }
  }
}

/**
 * What stands for a text. Two texts that share one are as good as impossible, yet not impossible.
 * @param {string} text
 */
export function hashOf(text) {
  return createHash('sha256').update(text).digest().readUIntBE(0, hashBytes);
}
