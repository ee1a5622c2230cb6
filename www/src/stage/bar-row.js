// @ts-check
/** One task's line on the timeline. */

import { effect } from '@preact/signals-core';
import { element } from '../dom/element.js';
import { nameParts } from '../dom/name.js';
import { duration } from '../format.js';
import { inWords } from './told.js';
import { inTrack } from './view.js';
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
  #effects;

  /**
   * @param {Task} task
   * @param {import('../run/session.js').Session} session
   * @param {import('./view.js').Zoom} zoom
   * @param {{ readonly value: Set<Task> }} critical
   */
  constructor(task, session, zoom, critical) {
    this.task = task;
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
    this.#effects = [
      effect(() => this.#say(critical.value.has(task))),
      effect(() => this.element.setAttribute('aria-setsize', String(session.record.tasks.length))),
      effect(() => this.#place(session, zoom.movingView)),
      effect(() => this.element.setAttribute('aria-selected', String(session.look.cursor.value === task))),
    ];
  }

  /** It is out of sight. */
  drop() {
    for (const stop of this.#effects) stop();
    this.element.remove();
  }

  /** @param {boolean} critical */
  #say(critical) {
    const { state, status, startedAt, endedAt } = this.task;
    const { word, mark } = states[state];
    const took = status === 'completed' && startedAt !== null && endedAt !== null;
    this.element.dataset.state = state;
    this.element.classList.toggle('critical', critical);
    this.#mark.textContent = mark;
    this.#end.textContent = took ? duration(endedAt - startedAt) : word;
    this.#more.textContent = `${took ? ` ${word}` : ''}${critical ? ' on the critical path' : ''}`;
  }

  /** Makes a bar for each span, and a mark for each note. */
  #fill() {
    const { spans } = this.task;
    for (let at = 0; at < spans.length; at++) {
      const bar = this.#bars.children[at] ?? this.#bars.appendChild(element('span'));
      const kind = `bar ${spans[at].kind} ${outcomeOf(this.task, at)}`;
      if (bar.className !== kind) bar.className = kind;
    }
    const told = this.#told();
    if (told.length > this.#notes.childElementCount)
      this.#notes.replaceChildren(
        ...told.map((note) => element('i', { class: 'note', title: inWords(note) })),
      );
  }

  /**
   * Puts the bars where they belong on the clock.
   * @param {import('../run/session.js').Session} session
   * @param {import('./view.js').View} view  what the width stands for
   */
  #place(session, { start, span }) {
    // Before anything is placed, it is there.
    this.#fill();
    for (const [index, { from, to }] of this.task.spans.entries()) {
      const bar = /** @type {HTMLElement | undefined} */ (this.#bars.children[index]);
      if (!bar) return;
      bar.style.translate = inTrack(from - start, span);
      bar.style.width = share((to ?? session.elapsed) - from, span);
    }
    for (const [index, { at }] of this.#told().entries()) {
      const mark = /** @type {HTMLElement | undefined} */ (this.#notes.children[index]);
      if (mark) mark.style.translate = inTrack(at - start, span);
    }
  }

  /** A try that failed has a bar of its own. */
  #told() {
    return this.task.notes.filter(({ name }) => name !== 'retry');
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
