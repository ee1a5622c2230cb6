// @ts-check
/**
 * Arrows between bars: to each task from the one that let it begin, the last of those that it needs
 * to be done. The chosen task has all of its own, to what needs it too.
 */

import { computed, effect } from '@preact/signals-core';
import { element } from '../dom/element.js';
import { inTrack } from './view.js';

/** @typedef {import('../run/task.js').Task} Task */
/** @typedef {{ from: Task, to: Task, own: boolean }} Arrow */

/** A chosen task may be needed by hundreds. */
const most = 60;

export class Arrows {
  element = element('div', { class: 'arrows', 'aria-hidden': 'true' });

  /**
   * @param {import('../run/session.js').Session} session
   * @param {import('./view.js').Zoom} zoom
   * @param {{ readonly value: Task[] }} inView
   */
  constructor(session, zoom, inView) {
    const arrows = computed(() => arrowsOf(inView.value, session.record.byId, session.look.cursor.value));
    effect(() => {
      this.#show(arrows.value);
      this.#place(arrows.value, zoom.movingView);
    });
  }

  /** @param {Arrow[]} arrows */
  #show(arrows) {
    while (this.element.children.length > arrows.length) this.element.lastChild?.remove();
    for (const [at, { from, to, own }] of arrows.entries()) {
      const mark = this.element.children[at] ?? this.element.appendChild(element('i'));
      const kind = `arrow${to.index < from.index ? ' up' : ''}${own ? ' own' : ''}`;
      if (mark.className !== kind) mark.className = kind;
      const { style } = /** @type {HTMLElement} */ (mark);
      style.setProperty('--row', String(Math.min(from.index, to.index)));
      style.setProperty('--rows', String(Math.abs(to.index - from.index)));
    }
  }

  /**
   * @param {Arrow[]} arrows
   * @param {import('./view.js').View} view
   */
  #place(arrows, { start, span }) {
    for (const [at, { from, to }] of arrows.entries()) {
      const { style } = /** @type {HTMLElement} */ (this.element.children[at]);
      const [left, right] = [from.endedAt ?? 0, to.startedAt ?? 0];
      style.setProperty('--at', inTrack(left - start, span));
      style.width = `${((100 * Math.max(0, right - left)) / span).toFixed(2)}%`;
    }
  }
}

/**
 * @param {Task[]} inView
 * @param {Map<string, Task>} byId
 * @param {Task | null} chosen
 */
function arrowsOf(inView, byId, chosen) {
  const arrows = [...ownOf(chosen, byId), ...inView.flatMap((task) => releaseOf(task, byId))];
  const seen = new Set();
  return arrows
    .filter(({ from, to }) => {
      const key = `${from.index} ${to.index}`;
      return seen.size !== seen.add(key).size;
    })
    .slice(0, most);
}

/**
 * @param {Task} task
 * @param {Map<string, Task>} byId
 * @returns {Arrow[]}
 */
function releaseOf(task, byId) {
  const needed = neededBy(task, byId);
  if (needed.length === 0) return [];
  const last = needed.reduce((latest, each) => ((each.endedAt ?? 0) > (latest.endedAt ?? 0) ? each : latest));
  return [{ from: last, to: task, own: false }];
}

/**
 * @param {Task | null} task
 * @param {Map<string, Task>} byId
 * @returns {Arrow[]}
 */
function ownOf(task, byId) {
  if (!task) return [];
  return [
    ...neededBy(task, byId).map((from) => ({ from, to: task, own: true })),
    ...task.dependents
      .filter((to) => to.startedAt !== null && task.endedAt !== null)
      .map((to) => ({ from: task, to, own: true })),
  ];
}

/**
 * Those that were done before it began.
 * @param {Task} task
 * @param {Map<string, Task>} byId
 */
function neededBy({ dependencies, startedAt }, byId) {
  if (startedAt === null) return [];
  return dependencies.flatMap((id) => {
    const task = byId.get(id);
    return task && task.endedAt !== null ? [task] : [];
  });
}
