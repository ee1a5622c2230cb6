// @ts-check
/** One task's line on the timeline. What has not changed is not touched. */

import { element } from '../dom/element.js';
import { nameParts } from '../dom/name.js';
import { duration } from '../format.js';
import { inWords } from './told.js';
import { states } from './words.js';

/** @typedef {import('../run/task.js').Task} Task */

export class BarRow {
  #mark = element('i', { 'aria-hidden': 'true' });
  #bars = element('span', { class: 'spans' });
  /** What was told of it beside its tries: a hedge, the budget, another model. */
  #notes = element('span', { class: 'spans' });
  #track = element('span', { class: 'track', 'aria-hidden': 'true' }, this.#bars, this.#notes);
  #end = element('span', { class: 'bar-end' });
  #more = element('span', { class: 'unseen' });
  #task;

  #drawn = '';

  /** @param {Task} task */
  constructor(task) {
    this.#task = task;
    this.element = element(
      'div',
      {
        class: 'bar-row',
        role: 'option',
        id: `bar-${task.index}`,
        'aria-posinset': task.index + 1,
        'aria-selected': 'false',
      },
      element(
        'span',
        { class: 'bar-name' },
        this.#mark,
        element('b', { class: 'name-parts', dir: 'auto', title: task.id }, ...nameParts(task.id)),
      ),
      this.#track,
      this.#end,
      this.#more,
    );
    this.element.style.setProperty('--row', String(task.index));
  }

  /**
   * @param {boolean} critical
   * @param {number} total  how many tasks there are
   */
  draw(critical, total) {
    const { state, spans, notes } = this.#task;
    const drawn = [state, spans.length, notes.length, critical, total].join();
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    this.#say(critical);
    this.element.setAttribute('aria-setsize', String(total));
    for (let at = 0; at < spans.length; at++) {
      const bar = this.#bars.children[at] ?? this.#bars.appendChild(element('span'));
      bar.className = `bar ${spans[at].kind} ${outcomeOf(this.#task, at)}`;
    }
    this.#notes.replaceChildren(
      ...this.#told().map((note) => element('i', { class: 'note', title: inWords(note) })),
    );
  }

  /** @param {boolean} critical */
  #say(critical) {
    const { state, status, startedAt, endedAt } = this.#task;
    const { word, mark } = states[state];
    const took = status === 'completed' && startedAt !== null && endedAt !== null;
    this.element.dataset.state = state;
    this.element.classList.toggle('critical', critical);
    this.#mark.textContent = mark;
    this.#end.textContent = took ? duration(endedAt - startedAt) : word;
    this.#more.textContent = `${took ? ` ${word}` : ''}${critical ? ' on the critical path' : ''}`;
  }

  /**
   * Puts the bars where they belong on the clock.
   * @param {number} now
   * @param {import('./view.js').View} view  what the width stands for
   */
  tick(now, { start, span }) {
    for (const [index, { from, to }] of this.#task.spans.entries()) {
      const bar = /** @type {HTMLElement | undefined} */ (this.#bars.children[index]);
      if (!bar) return;
      bar.style.left = share(from - start, span);
      bar.style.width = share((to ?? now) - from, span);
    }
    for (const [index, { at }] of this.#told().entries()) {
      const mark = /** @type {HTMLElement | undefined} */ (this.#notes.children[index]);
      if (mark) mark.style.left = share(at - start, span);
    }
  }

  /** A try that failed has a bar of its own. */
  #told() {
    return this.#task.notes.filter(({ name }) => name !== 'retry');
  }

  /** @param {boolean} selected */
  select(selected) {
    this.element.setAttribute('aria-selected', String(selected));
  }
}

/**
 * How an attempt ended: all but the last have failed.
 * @param {Task} task
 * @param {number} index  of its span
 */
function outcomeOf({ status, spans }, index) {
  const { kind, to } = spans[index];
  if (kind !== 'running' || to === null) return '';
  if (index < spans.length - 1) return 'spent';
  if (status === 'completed') return 'good';
  return status === 'failed' ? 'spent' : 'ended';
}

/**
 * @param {number} ms
 * @param {number} span
 */
function share(ms, span) {
  return `${((100 * ms) / span).toFixed(2)}%`;
}
