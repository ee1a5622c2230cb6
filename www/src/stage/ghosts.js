// @ts-check
/** What the same calls would have come to without the package, on the clock of the timeline. */

import { effect } from '@preact/signals-core';
import { element } from '../dom/element.js';
import { count, duration } from '../format.js';
import { doneOneByOne, firstFailure, oneByOneMs } from '../run/otherwise.js';

/** @typedef {import('../run/record.js').RunRecord} RunRecord */

/** @type {Record<string, string>} */
const reasons = {
  429: 'too many requests',
  503: 'server out of order',
  NETWORK: 'connection lost',
  TIMEOUT: 'too slow',
};

export class Ghosts {
  #all = lane('Promise.all', 'As much at once, without tries again');
  #single = lane('One by one', 'The same calls, each after the other');
  element = element(
    'ul',
    { class: 'ghosts', 'aria-label': 'The same work otherwise' },
    this.#all.element,
    this.#single.element,
  );

  /**
   * @param {import('../run/session.js').Session} session
   * @param {import('./view.js').Zoom} zoom
   */
  constructor(session, zoom) {
    effect(() => this.#draw(session.record, zoom.view));
  }

  /**
   * @param {RunRecord} record
   * @param {import('./view.js').View} view  what the width stands for
   */
  #draw(record, { start, span }) {
    const { tasks, elapsed: now } = record;
    this.element.classList.toggle('empty', tasks.length === 0);
    const failure = firstFailure(record);
    const at = failure?.at ?? now;
    this.#all.show(
      (at - start) / span,
      failure ? 'spent' : record.endedAt === null ? 'running' : 'good',
      tasks.length === 0
        ? ''
        : failure
          ? `lost at ${duration(at)}: ${reasons[failure.reason] ?? failure.reason}`
          : record.endedAt === null
            ? 'no failure so far'
            : 'nothing failed this time',
    );
    const done = doneOneByOne(record);
    const needed = tasks.filter(({ status }) => status !== 'cancelled').length;
    const isThrough = needed > 0 && done === needed;
    // Known once all calls have ended.
    const toGo = record.endedAt === null ? 0 : oneByOneMs(record) - now;
    this.#single.show(
      (now - start) / span,
      isThrough ? 'good' : 'running',
      tasks.length === 0
        ? ''
        : `${count(done)} of ${count(needed)}${toGo > 0 ? `, ${duration(toGo)} to go` : ''}`,
    );
  }
}

/**
 * @param {string} name
 * @param {string} title
 */
function lane(name, title) {
  const bar = element('span', { class: 'bar' });
  const word = element('span', { class: 'ghost-word' });
  let drawn = '';
  return {
    element: element(
      'li',
      { class: 'ghost', title },
      element('span', { class: 'ghost-name' }, name),
      element('span', { class: 'track' }, bar, word),
    ),
    /**
     * @param {number} share
     * @param {string} kind
     * @param {string} words
     */
    show(share, kind, words) {
      const width = `${(100 * Math.min(1, Math.max(0, share))).toFixed(1)}%`;
      const next = `${width} ${kind} ${words}`;
      if (next === drawn) return;
      drawn = next;
      bar.className = `bar ${kind}`;
      bar.style.width = width;
      word.textContent = words;
    },
  };
}
