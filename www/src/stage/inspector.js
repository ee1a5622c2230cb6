// @ts-check
/** The details of the one task that is pointed at. */

import { element } from '../dom/element.js';
import { count, duration } from '../format.js';
import { states } from './words.js';

export class Inspector {
  element = element('div', { class: 'inspector' });
  /** @type {import('../run/task.js').Task | null} */
  #task = null;

  constructor() {
    this.clear();
  }

  clear() {
    this.#task = null;
    this.element.replaceChildren(
      element('p', { class: 'hint' }, 'Point at a bar, or go through them with the arrow keys, for details.'),
    );
  }

  /** @param {import('../run/task.js').Task} task */
  show(task) {
    this.#task = task;
    this.draw();
  }

  /** @param {Set<import('../run/task.js').Task>} [changed]  draws only if its task is among them */
  draw(changed) {
    const task = this.#task;
    if (!task || (changed && !changed.has(task))) return;
    const { startedAt, endedAt, readyAt } = task;
    const waited = startedAt !== null && readyAt !== null ? startedAt - readyAt : null;
    const facts = [
      ['Type', task.type],
      ['Needs', listed(task.dependencies)],
      ['Began after', duration(startedAt)],
      ['Took', duration(startedAt !== null && endedAt !== null ? endedAt - startedAt : null)],
      ['Queued for', duration(waited)],
      ['Attempts', count(task.attempts)],
      ['Tokens', count(task.tokens)],
      ...task.notes.map(said),
    ];
    this.element.replaceChildren(
      element(
        'p',
        { class: 'inspector-title' },
        element('b', {}, task.id),
        element('span', { class: 'state', 'data-state': task.state }, states[task.state].word),
      ),
      element(
        'dl',
        {},
        ...facts.flatMap((fact) =>
          fact ? [element('div', {}, element('dt', {}, fact[0]), element('dd', {}, fact[1]))] : [],
        ),
      ),
      task.error
        ? element('p', { class: task.status === 'cancelled' ? 'hint' : 'problem' }, task.error.message)
        : '',
    );
  }
}

/** @param {import('../run/record.js').Note} note */
function said({ name, value }) {
  if (name === 'retry') {
    const reason = value.status ? `${value.code}, ${value.status}` : value.code;
    return [`Try ${value.attempt ?? ''} failed`, `${reason}; waited ${duration(value.waitMs)}`];
  }
  const { taskId, ...rest } = value;
  return [
    name,
    Object.entries(rest)
      .map(([key, part]) => `${key} ${part}`)
      .join(', '),
  ];
}

const mostListed = 8;

/** @param {string[]} ids */
function listed(ids) {
  if (ids.length === 0) return 'nothing';
  const rest = ids.length - mostListed;
  return ids.slice(0, mostListed).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}
