// @ts-check
/** What each task says, as it comes. */

import { effect, signal } from '@preact/signals-core';
import { element } from '../dom/element.js';
import { nameParts } from '../dom/name.js';
import { count, duration, plural } from '../format.js';
import { AnswerText } from './answer-text.js';
import { states } from './words.js';

/** @typedef {import('../run/task.js').Task} Task */

const atFirst = 12;
const more = 48;

export class Answers {
  #list = element('div', { class: 'cards' });
  #more = element('button', { type: 'button', class: 'quiet', onclick: () => (this.#most.value += more) });
  #hint = element('p', { class: 'hint' }, 'Each answer will stand here as it comes.');
  element = element(
    'div',
    { class: 'answers', tabindex: 0, role: 'group', 'aria-label': 'Answers as they come' },
    this.#hint,
    this.#list,
    this.#more,
  );
  #most = signal(atFirst);
  /** @type {Map<Task, Card>} */
  #cards = new Map();
  /** @type {Task[] | null} of the run whose cards these are */
  #tasks = null;
  #session;
  #onChoose;

  /**
   * @param {import('../run/session.js').Session} session
   * @param {(task: Task) => void} onChoose
   */
  constructor(session, onChoose) {
    this.#session = session;
    this.#onChoose = onChoose;
    effect(() => {
      const { tasks, ownSummary } = session.record;
      if (tasks !== this.#tasks) this.#clear(tasks);
      // The summary has a place of its own.
      this.#add(tasks.filter((task) => task !== ownSummary));
    });
    effect(() => this.#reveal(session.look.chosen.value));
  }

  /** @param {Task[]} tasks */
  #clear(tasks) {
    this.#tasks = tasks;
    this.#most.value = atFirst;
    for (const card of this.#cards.values()) card.drop();
    this.#cards.clear();
  }

  /** @param {Task[]} tasks */
  #add(tasks) {
    const most = this.#most.value;
    for (const task of tasks.slice(this.#cards.size, most)) {
      const card = new Card(task, this.#session, () => this.#onChoose(task));
      this.#cards.set(task, card);
      this.#list.append(card.element);
    }
    this.#hint.hidden = tasks.length > 0;
    const hidden = tasks.length - this.#cards.size;
    this.#more.hidden = hidden === 0;
    const next = plural(Math.min(more, hidden), 'more answer');
    this.#more.textContent = hidden > more ? `Show ${next} of ${count(hidden)}` : `Show ${next}`;
  }

  /**
   * Brings a task's answer into view, where it is among those that are shown.
   * @param {Task | null} task
   */
  #reveal(task) {
    const card = task && this.#cards.get(task)?.element;
    // The page itself stays where it is.
    if (card) this.element.scrollTop = card.offsetTop - this.element.offsetTop;
  }
}

class Card {
  #state = element('span', { class: 'state' });
  #text = new AnswerText();
  #body = this.#text.element;
  #effects;

  /**
   * @param {Task} task
   * @param {import('../run/session.js').Session} session
   * @param {() => void} onChoose
   */
  constructor(task, session, onChoose) {
    this.element = element(
      'article',
      { class: 'card', 'aria-label': task.id, onclick: onChoose },
      element(
        'h3',
        {},
        element('b', { class: 'name-parts', dir: 'auto', title: task.id }, ...nameParts(task.id)),
        this.#state,
      ),
      this.#body,
    );
    const { classList } = this.element;
    this.#effects = [
      effect(() => this.#say(task)),
      effect(() => this.#write(task)),
      effect(() => {
        classList.toggle('chosen', session.look.chosen.value === task);
      }),
      effect(() => {
        classList.toggle('winner', session.result?.winnerId === task.id);
      }),
    ];
  }

  drop() {
    for (const stop of this.#effects) stop();
    this.element.remove();
  }

  /** @param {Task} task */
  #say({ state, status, startedAt, endedAt }) {
    const took = status === 'completed' && startedAt !== null && endedAt !== null;
    this.element.dataset.state = this.#state.dataset.state = state;
    this.#state.textContent = took ? duration(endedAt - startedAt) : states[state].word;
  }

  /** @param {Task} task */
  #write({ text, isOver, error, status, wasStopped }) {
    const isKept = wasStopped && text !== '';
    if (error && isOver && !isKept) {
      // A cancelled one is nothing to be alarmed about.
      const kind = status === 'cancelled' ? 'hint' : 'problem';
      this.#body.replaceChildren(
        element('p', { class: kind }, wasStopped ? 'Stopped before it said anything.' : error.message),
      );
    } else this.#text.show(text, isOver);
    if (text !== '') scrollSoon(this.#body, isOver ? 0 : far);
  }
}

/** What comes is at the end. */
const far = 1_000_000;
/** How far each is to be scrolled. @type {Map<HTMLElement, number>} */
const scrolls = new Map();

/**
 * With all others that were written in this turn: to scroll one after it was written takes a layout
 * each time.
 * @param {HTMLElement} body
 * @param {number} top
 */
function scrollSoon(body, top) {
  if (scrolls.size === 0)
    queueMicrotask(() => {
      for (const [each, wanted] of scrolls) each.scrollTop = wanted;
      scrolls.clear();
    });
  scrolls.set(body, top);
}
