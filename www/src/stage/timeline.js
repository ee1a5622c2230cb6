// @ts-check
/** One bar a task, on a common clock. Only the rows in view exist, so that thousands cost no more than a screenful. */

import { element } from '../dom/element.js';
import { duration } from '../format.js';
import { states } from './words.js';

/** @typedef {import('../run/task.js').Task} Task */

/** As the style sheet has it. */
const rowHeight = 28;
const mostRowsInView = 14;
const margin = 4;
/** Of the width: what moves by less cannot be seen. */
const finestShare = 1 / 1500;

export class Timeline {
  #space = element('div', { class: 'space', role: 'presentation' });
  #list = element(
    'div',
    { class: 'bars', role: 'listbox', tabindex: 0, 'aria-label': 'Tasks, on a timeline' },
    this.#space,
  );
  /** @type {Map<number, HTMLElement>} */
  #rows = new Map();
  /** @type {Task[]} */
  #tasks = [];
  /** @type {Set<Task>} */
  #critical = new Set();
  #selected = -1;
  /** Whether it scrolls to what is running; not once the person has taken over. */
  #follows = true;
  /** How far it is scrolled: asking the list itself while drawing would cost a layout. */
  #top = 0;
  #now = 0;
  #onSelect;

  /** @param {(task: Task, how: 'point' | 'choose') => void} onSelect */
  constructor(onSelect) {
    this.#onSelect = onSelect;
    const list = this.#list;
    list.addEventListener(
      'scroll',
      () => {
        this.#top = list.scrollTop;
        this.#place();
      },
      { passive: true },
    );
    list.addEventListener('keydown', (event) => this.#onKey(event));
    for (const kind of ['wheel', 'pointerdown', 'keydown']) {
      list.addEventListener(kind, () => (this.#follows = false), { passive: true });
    }
    list.addEventListener('pointerover', (event) => this.#point(event, 'point'));
    list.addEventListener('click', (event) => this.#point(event, 'choose'));
    list.addEventListener('focus', () => this.#tasks.length > 0 && this.#select(Math.max(0, this.#selected)));
  }

  get element() {
    return this.#list;
  }

  /** Forgets the last run. */
  clear() {
    this.#rows.clear();
    this.#space.replaceChildren();
    this.#tasks = [];
    this.#critical = new Set();
    this.#selected = -1;
    this.#follows = true;
    this.#now = 0;
    this.#list.scrollTop = this.#top = 0;
    this.#list.removeAttribute('aria-activedescendant');
  }

  /**
   * @param {Task[]} tasks
   * @param {Set<Task>} changed
   * @param {Set<Task>} critical
   */
  draw(tasks, changed, critical) {
    if (tasks !== this.#tasks) this.clear();
    this.#tasks = tasks;
    const before = this.#critical;
    this.#critical = critical;
    this.#list.style.setProperty('--rows', String(Math.min(tasks.length, mostRowsInView)));
    this.#space.style.setProperty('--rows', String(tasks.length));
    this.#follow();
    this.#place();
    for (const [index, row] of this.#rows) {
      const task = tasks[index];
      if (changed.has(task) || before !== critical) this.#fill(row, task);
    }
  }

  /**
   * @param {number} now
   * @param {number} span  what the whole width stands for
   * @param {boolean} exactly
   */
  tick(now, span, exactly) {
    if (!exactly && now > this.#now && now - this.#now < span * finestShare) return;
    this.#now = now;
    this.#list.style.setProperty('--now', now.toFixed(0));
    this.#list.style.setProperty('--span', span.toFixed(0));
  }

  /** Keeps what is running in view. */
  #follow() {
    if (!this.#follows || this.#tasks.length <= mostRowsInView) return;
    const first = this.#tasks.findIndex((task) => !task.isOver);
    const top = Math.max(0, first - 2) * rowHeight;
    if (first >= 0 && top !== this.#top) this.#list.scrollTop = this.#top = top;
  }

  /** Makes the rows in view, and drops the others. */
  #place() {
    const first = Math.max(0, Math.floor(this.#top / rowHeight) - margin);
    const last = Math.min(this.#tasks.length, first + mostRowsInView + 2 * margin);
    for (const [index, row] of this.#rows) {
      if (index >= first && index < last) continue;
      row.remove();
      this.#rows.delete(index);
    }
    for (let index = first; index < last; index++) {
      if (this.#rows.has(index)) continue;
      const row = element('div', {
        class: 'bar-row',
        role: 'option',
        id: `bar-${index}`,
        'aria-posinset': index + 1,
        'aria-setsize': this.#tasks.length,
      });
      row.style.setProperty('--row', String(index));
      this.#fill(row, this.#tasks[index]);
      this.#rows.set(index, row);
      const next = [...this.#space.children].find((other) => Number(other.id.slice(4)) > index);
      this.#space.insertBefore(row, next ?? null);
    }
  }

  /**
   * @param {HTMLElement} row
   * @param {Task} task
   */
  #fill(row, task) {
    const { word, mark } = states[task.state];
    const took = task.endedAt !== null && task.startedAt !== null ? task.endedAt - task.startedAt : null;
    const hasTook = task.status === 'completed' && took !== null;
    const critical = this.#critical.has(task);
    row.dataset.state = task.state;
    row.classList.toggle('critical', critical);
    row.setAttribute('aria-selected', String(task.index === this.#selected));
    row.replaceChildren(
      element(
        'span',
        { class: 'bar-name' },
        element('i', { 'aria-hidden': 'true' }, mark),
        element('b', {}, task.id),
      ),
      element(
        'span',
        { class: 'track', 'aria-hidden': 'true' },
        ...task.spans.map((span, index) => bar(span, outcomeOf(task, index))),
      ),
      element('span', { class: 'bar-end' }, hasTook ? duration(took) : word),
      element(
        'span',
        { class: 'unseen' },
        `${hasTook ? ` ${word}` : ''}${critical ? ' on the critical path' : ''}`,
      ),
    );
  }

  /**
   * @param {Event} event
   * @param {'point' | 'choose'} how
   */
  #point(event, how) {
    const row = event.target instanceof Element && event.target.closest('.bar-row');
    if (!row) return;
    const index = Number(row.id.slice(4));
    if (how === 'choose') this.#select(index, how);
    else if (this.#tasks[index]) this.#onSelect(this.#tasks[index], how);
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    const last = this.#tasks.length - 1;
    /** @type {Record<string, number>} */
    const targets = {
      ArrowDown: this.#selected + 1,
      ArrowUp: this.#selected - 1,
      PageDown: this.#selected + mostRowsInView,
      PageUp: this.#selected - mostRowsInView,
      Home: 0,
      End: last,
    };
    const target = targets[event.key];
    if (last >= 0 && target !== undefined) {
      event.preventDefault();
      this.#select(Math.min(last, Math.max(0, target)));
    } else if (event.key === 'Enter' && this.#tasks[this.#selected]) {
      this.#onSelect(this.#tasks[this.#selected], 'choose');
    }
  }

  /**
   * @param {number} index
   * @param {'point' | 'choose'} [how]
   */
  #select(index, how = 'point') {
    this.#rows.get(this.#selected)?.setAttribute('aria-selected', 'false');
    this.#selected = index;
    const list = this.#list;
    const top = index * rowHeight;
    const height = list.clientHeight;
    if (top < this.#top) this.#top = top;
    else if (top + rowHeight > this.#top + height) this.#top = top + rowHeight - height;
    list.scrollTop = this.#top;
    this.#place();
    this.#rows.get(index)?.setAttribute('aria-selected', 'true');
    list.setAttribute('aria-activedescendant', `bar-${index}`);
    this.#onSelect(this.#tasks[index], how);
  }
}

/**
 * How an attempt ended: all but the last have failed.
 * @param {Task} task
 * @param {number} index  of its span
 */
function outcomeOf({ status, spans }, index) {
  if (index < spans.length - 1) return 'spent';
  if (status === 'completed') return 'good';
  return status === 'failed' ? 'spent' : 'ended';
}

/**
 * @param {import('../run/task.js').Span} span
 * @param {string} outcome
 */
function bar({ kind, from, to }, outcome) {
  const node = element('span', { class: `bar ${kind}` });
  if (kind === 'running' && to !== null) node.classList.add(outcome);
  node.style.setProperty('--from', from.toFixed(0));
  if (to !== null) node.style.setProperty('--to', to.toFixed(0));
  return node;
}
