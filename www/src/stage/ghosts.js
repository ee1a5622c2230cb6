// @ts-check
/**
 * What the same calls would have come to without the package, on the clock of the timeline: all at
 * once by `Promise.all`, which ends with the first failure, and one by one. Nothing is sent for it:
 * both are worked out from the times of this run.
 */

import { element } from '../dom/element.js';
import { count, duration } from '../format.js';

/** @typedef {import('../run/record.js').RunRecord} RunRecord */

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
   * @param {RunRecord} record
   * @param {number} now
   * @param {import('./view.js').View} view  what the width stands for
   */
  draw(record, now, { start, span }) {
    const { tasks } = record;
    this.element.classList.toggle('empty', tasks.length === 0);
    const failure = firstFailure(record);
    const at = failure?.at ?? now;
    this.#all.show(
      (at - start) / span,
      failure ? 'spent' : record.endedAt === null ? 'running' : 'good',
      tasks.length === 0
        ? ''
        : failure
          ? `lost at ${duration(at)}: ${failure.reason}`
          : record.endedAt === null
            ? 'no failure so far'
            : 'nothing failed this time',
    );
    const { done, work } = oneByOne(record, now);
    const needed = tasks.filter(({ status }) => status !== 'cancelled').length;
    const isThrough = needed > 0 && done === needed;
    this.#single.show(
      (now - start) / span,
      isThrough ? 'good' : 'running',
      tasks.length === 0 ? '' : `${count(done)} of ${count(needed)}${stillToGo(record, work - now)}`,
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

/** @param {RunRecord} record */
function firstFailure({ tasks }) {
  let first = null;
  for (const { notes, status, endedAt, error } of tasks) {
    const retry = notes.find(({ name }) => name === 'retry');
    const failed =
      status === 'failed' && endedAt !== null ? { at: endedAt, reason: error?.code ?? '' } : null;
    const own = retry ? { at: retry.at, reason: String(retry.value.status ?? retry.value.code) } : failed;
    if (own && (!first || own.at < first.at)) first = own;
  }
  return first;
}

/**
 * How many answers would be there by now, if each call began when the one before had ended, and how
 * long all would take.
 * @param {RunRecord} record
 * @param {number} now
 */
function oneByOne({ tasks }, now) {
  let work = 0;
  let done = 0;
  for (const { status, spans } of tasks) {
    const last = status === 'completed' && spans.findLast(({ kind }) => kind === 'running');
    if (!last || last.to === null) continue;
    work += last.to - last.from;
    if (work <= now) done += 1;
  }
  return { done, work };
}

/**
 * Known once all calls have ended.
 * @param {RunRecord} record
 * @param {number} ms
 */
function stillToGo({ endedAt }, ms) {
  return endedAt !== null && ms > 0 ? `, ${duration(ms)} to go` : '';
}
