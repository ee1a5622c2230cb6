// @ts-check
/**
 * All that is known of the one task that was chosen: what it was asked, what it said, and each
 * attempt.
 */

import { element } from '../dom/element.js';
import { count, duration, price, tokensIn } from '../format.js';
import { AnswerText } from './answer-text.js';
import { inWords } from './told.js';
import { states } from './words.js';

/** @typedef {import('../run/task.js').Task} Task */

export class Details {
  #head = element('div', {});
  #text = new AnswerText();
  element = element('div', { class: 'inspector' });
  /** @type {Task | null} */
  #task = null;
  #drawnText = '';
  #prompt = '';

  constructor() {
    this.clear();
  }

  clear() {
    this.#task = null;
    this.element.replaceChildren(
      element('p', { class: 'hint' }, 'Choose a bar, a box of the graph or an answer to see all of it here.'),
    );
  }

  /**
   * @param {Task} task
   * @param {string} prompt  what it is asked, where that is known
   */
  show(task, prompt) {
    this.#task = task;
    this.#prompt = prompt;
    this.#drawnText = '';
    this.element.replaceChildren(this.#head, this.#text.element);
    this.#text.show('');
    this.draw();
  }

  /** @param {Set<Task>} [changed]  draws only if its task is among them */
  draw(changed) {
    const task = this.#task;
    if (!task || (changed && !changed.has(task))) return;
    const head = element(
      'div',
      { class: 'inspector-head' },
      element(
        'p',
        { class: 'inspector-title' },
        element('b', { dir: 'auto' }, task.id),
        element('span', { class: 'state', 'data-state': task.state }, states[task.state].word),
      ),
      facts(task),
      this.#prompt && element('p', { class: 'prompt', dir: 'auto' }, this.#prompt),
      attempts(task),
      task.error
        ? element('p', { class: task.status === 'cancelled' ? 'hint' : 'problem' }, task.error.message)
        : '',
      task.thoughts && element('p', { class: 'thoughts', dir: 'auto' }, task.thoughts),
    );
    this.#head.replaceWith(head);
    this.#head = head;
    if (task.text === this.#drawnText) return;
    this.#drawnText = task.text;
    this.#text.show(task.text);
  }
}

/** @param {Task} task */
function facts(task) {
  const { startedAt, endedAt, readyAt } = task;
  const waited = startedAt !== null && readyAt !== null ? startedAt - readyAt : null;
  const all = [
    ['Type', task.type],
    ['Needs', listed(task.dependencies)],
    ['Began after', duration(startedAt)],
    ['Took', duration(startedAt !== null && endedAt !== null ? endedAt - startedAt : null)],
    ['Queued for', duration(waited)],
    ['Attempts', count(task.attempts)],
    ['Tokens', task.isOver ? count(task.tokens) : `≈ ${count(tokensIn(task.text))}`],
    typeof task.cost === 'number' && ['Cost', price(task.cost)],
    task.fromStore && ['From', 'the answers kept before: nothing was sent'],
  ];
  return element(
    'dl',
    {},
    ...all.flatMap((fact) =>
      fact ? [element('div', {}, element('dt', {}, fact[0]), element('dd', {}, fact[1]))] : [],
    ),
  );
}

/**
 * Each failed try with its reason and its wait, the tools, and all else that was told of it.
 * @param {Task} task
 */
function attempts({ notes, tools }) {
  const lines = [
    ...notes.map((note) => element('li', {}, element('b', {}, duration(note.at)), ` ${inWords(note)}`)),
    ...tools.map(({ name, args, result, from, to }) =>
      element(
        'li',
        {},
        element('b', {}, duration(from)),
        ` ${name}(${args}) `,
        result === null ? '…' : `→ ${result} (${duration(to === null ? null : to - from)})`,
      ),
    ),
  ];
  return lines.length > 0 && element('ul', { class: 'attempts', 'aria-label': 'What happened' }, ...lines);
}

const mostListed = 8;

/** @param {string[]} ids */
function listed(ids) {
  if (ids.length === 0) return 'nothing';
  const rest = ids.length - mostListed;
  return ids.slice(0, mostListed).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}
