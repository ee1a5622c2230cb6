// @ts-check
/**
 * All that is known of the one task that was chosen: what it was asked, what it said, and each
 * attempt.
 */

import { computed, effect } from '@preact/signals-core';
import { element } from '../dom/element.js';
import { count, duration, price, tokensIn } from '../format.js';
import { AnswerText } from './answer-text.js';
import { inWords } from './told.js';
import { states } from './words.js';

/** @typedef {import('../run/task.js').Task} Task */

export class Details {
  #head = element('div', { class: 'inspector-head' });
  #text = new AnswerText();
  element = element('div', { class: 'inspector' });

  /** @param {import('../run/session.js').Session} session */
  constructor(session) {
    const task = computed(() => session.look.chosen.value);
    effect(() => {
      if (task.value) this.element.replaceChildren(this.#head, this.#text.element);
      else
        this.element.replaceChildren(
          element(
            'p',
            { class: 'hint' },
            'Choose a bar, a box of the graph or an answer to see all of it here.',
          ),
        );
    });
    effect(() => {
      const id = task.value?.id;
      const prompt = session.order?.plan?.find((each) => each.id === id)?.prompt ?? '';
      if (task.value) this.#head.replaceChildren(...headOf(task.value, prompt));
    });
    effect(() => this.#text.show(task.value?.text ?? '', task.value?.isOver ?? true));
  }
}

/**
 * @param {Task} task
 * @param {string} prompt  what it is asked, where that is known
 */
function headOf(task, prompt) {
  const kind = task.status === 'cancelled' ? 'hint' : 'problem';
  return [
    element(
      'p',
      { class: 'inspector-title' },
      element('b', { dir: 'auto' }, task.id),
      element('span', { class: 'state', 'data-state': task.state }, states[task.state].word),
    ),
    facts(task),
    prompt && element('p', { class: 'prompt', dir: 'auto' }, prompt),
    attempts(task),
    task.error && element('p', { class: kind }, task.error.message),
    task.thoughts && element('p', { class: 'thoughts', dir: 'auto' }, task.thoughts),
  ].filter((part) => part instanceof Node);
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
