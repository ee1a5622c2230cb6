// @ts-check

import { signal } from '@preact/signals-core';

/**
 * A list that only grows. Whoever reads it in an effect hears of what is added; nothing is copied.
 * @template Item
 */
export class Growing {
  /** @type {Item[]} */
  #items = [];
  #size = signal(0);

  /** @param {Item} item */
  push(item) {
    this.#items.push(item);
    this.#size.value = this.#items.length;
  }

  get items() {
    void this.#size.value;
    return this.#items;
  }
}
