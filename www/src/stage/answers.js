// @ts-check
/** What each task says, as it comes. */

import { element } from '../dom/element.js';
import { nameParts } from '../dom/name.js';
import { duration, plural } from '../format.js';
import { AnswerText } from './answer-text.js';
import { states } from './words.js';

/** @typedef {import('../run/task.js').Task} Task */

const atFirst = 12;
const more = 48;
/** Between two drawings of a text that still grows. */
const pauseMs = 120;

export class Answers {
  #list = element('div', { class: 'cards' });
  #more = element('button', { type: 'button', class: 'quiet', onclick: () => this.#showMore() });
  element = element(
    'div',
    { class: 'answers', tabindex: 0, role: 'group', 'aria-label': 'Answers as they come' },
    this.#list,
    this.#more,
  );
  /** @type {Map<Task, Card>} */
  #cards = new Map();
  /** @type {Task[]} */
  #tasks = [];
  #shown = atFirst;
  #known = 0;
  #onSelect;

  /** @param {(task: Task) => void} onSelect */
  constructor(onSelect) {
    this.#onSelect = onSelect;
  }

  clear() {
    this.#list.replaceChildren();
    this.#cards.clear();
    this.#tasks = [];
    this.#known = 0;
    this.#shown = atFirst;
    this.#more.hidden = true;
  }

  /**
   * @param {Task[]} tasks
   * @param {Iterable<Task>} changed
   * @param {Task | null} summary  has a place of its own
   */
  draw(tasks, changed, summary) {
    if (tasks.length !== this.#known) this.#tasks = tasks.filter((task) => task !== summary);
    this.#known = tasks.length;
    this.#add();
    for (const task of changed) this.#cards.get(task)?.draw();
  }

  /**
   * Brings a task's answer into view, where it is among those that are shown.
   * @param {Task} task
   */
  reveal(task) {
    const card = this.#cards.get(task)?.element;
    for (const each of this.#list.querySelectorAll('.chosen')) each.classList.remove('chosen');
    card?.classList.add('chosen');
    // The page itself stays where it is.
    if (card) this.element.scrollTop = card.offsetTop - this.element.offsetTop;
  }

  /** Marks the one that was chosen. @param {string | undefined} id */
  crown(id) {
    for (const [task, { element }] of this.#cards) element.classList.toggle('winner', task.id === id);
  }

  #showMore() {
    this.#shown += more;
    this.#add();
  }

  #add() {
    for (const task of this.#tasks.slice(this.#cards.size, this.#shown)) {
      const card = new Card(task, () => this.#onSelect(task));
      this.#cards.set(task, card);
      this.#list.append(card.element);
    }
    const hidden = this.#tasks.length - this.#cards.size;
    this.#more.hidden = hidden === 0;
    this.#more.textContent = `Show ${plural(Math.min(more, hidden), 'more answer')} of ${hidden}`;
  }
}

class Card {
  #state = element('span', { class: 'state' });
  #text = new AnswerText();
  #body = this.#text.element;
  #task;
  #drawnText = '';
  #drawnAt = 0;
  #timer = 0;

  /**
   * @param {Task} task
   * @param {() => void} onSelect
   */
  constructor(task, onSelect) {
    this.#task = task;
    this.element = element(
      'article',
      { class: 'card', 'aria-label': task.id, onclick: onSelect },
      element(
        'h3',
        {},
        element('b', { class: 'name-parts', dir: 'auto', title: task.id }, ...nameParts(task.id)),
        this.#state,
      ),
      this.#body,
    );
    this.draw();
  }

  draw() {
    const task = this.#task;
    const { startedAt, endedAt } = task;
    const took = task.status === 'completed' && startedAt !== null && endedAt !== null;
    this.element.dataset.state = task.state;
    this.#state.dataset.state = task.state;
    if (task.isOver) this.#body.scrollTop = 0;
    this.#state.textContent = took ? duration(endedAt - startedAt) : states[task.state].word;
    const isKept = task.wasStopped && task.text !== '';
    if (task.error && task.isOver && !isKept) this.#fail(task);
    else this.#write(task);
  }

  /** @param {Task} task  cancelled, perhaps, which is nothing to be alarmed about */
  #fail({ status, error }) {
    const kind = status === 'cancelled' ? 'hint' : 'problem';
    this.#body.replaceChildren(element('p', { class: kind }, error?.message));
  }

  /** @param {Task} task */
  #write({ text, isOver }) {
    if (text === this.#drawnText) return;
    const wait = isOver ? 0 : this.#drawnAt + pauseMs - performance.now();
    clearTimeout(this.#timer);
    if (wait > 0) {
      this.#timer = setTimeout(() => this.draw(), wait);
      return;
    }
    this.#drawnText = text;
    this.#drawnAt = performance.now();
    this.#text.show(text);
    // What comes is at its end.
    this.#body.scrollTop = isOver ? 0 : this.#body.scrollHeight;
  }
}
