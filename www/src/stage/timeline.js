// @ts-check
/**
 * One bar a task, on a common clock. Only the rows in view exist, so that thousands cost no more
 * than a screenful.
 */

import { batch, computed, effect, signal } from '@preact/signals-core';
import { element } from '../dom/element.js';
import { Arrows } from './arrows.js';
import { BarRow } from './bar-row.js';

/** @typedef {import('../run/task.js').Task} Task */

/** As the style sheet has it. */
const rowHeight = 24;
const mostRowsInView = 7;
const margin = 4;

export class Timeline {
  #arrows;
  #space;
  #list;
  /** @type {Map<number, BarRow>} */
  #rows = new Map();
  /** @type {Task[] | null} of the run whose rows these are */
  #tasks = null;
  /** Whether it scrolls to what is running; not once the person has taken over. */
  #follows = true;
  /** How far it is scrolled: asking the list itself while drawing would cost a layout. */
  #top = signal(0);
  /** The first that is not over yet, as far as was last looked. */
  #front = 0;
  #session;
  #zoom;
  #critical;
  #onChoose;

  /**
   * @param {import('../run/session.js').Session} session
   * @param {import('./view.js').Zoom} zoom
   * @param {{ readonly value: Set<Task> }} critical
   * @param {(task: Task) => void} onChoose
   */
  constructor(session, zoom, critical, onChoose) {
    this.#session = session;
    this.#zoom = zoom;
    this.#critical = critical;
    this.#onChoose = onChoose;
    const inView = computed(() => tasksInView(session.record.tasks, this.#top.value));
    this.#arrows = new Arrows(session, zoom, inView);
    this.#space = element('div', { class: 'space', role: 'presentation' }, this.#arrows.element);
    this.#list = element(
      'div',
      {
        class: 'bars',
        role: 'listbox',
        tabindex: 0,
        'aria-label': 'Tasks, on a timeline',
        title: '+ and −, or Ctrl and the wheel, zoom; drag to move; 0 shows all',
      },
      this.#space,
    );
    this.#listen();
    effect(() => this.#follow(session.record.tasks));
    effect(() => this.#space.style.setProperty('--rows', String(session.record.tasks.length)));
    effect(() => this.#place(inView.value));
    effect(() => this.#reach(session.look.cursor.value));
  }

  get element() {
    return this.#list;
  }

  #listen() {
    const list = this.#list;
    list.addEventListener('scroll', () => (this.#top.value = list.scrollTop), { passive: true });
    list.addEventListener('keydown', (event) => this.#onKey(event));
    for (const kind of ['wheel', 'pointerdown', 'keydown']) {
      list.addEventListener(kind, () => (this.#follows = false), { passive: true });
    }
    list.addEventListener('pointerover', ({ target }) => this.#point(taskOf(target, this.#rows)));
    list.addEventListener('click', ({ target }) => {
      const task = taskOf(target, this.#rows);
      if (task) this.#onChoose(task);
    });
    list.addEventListener('focus', () => {
      const { tasks } = this.#session.record;
      if (tasks.length > 0) this.#point(this.#session.look.cursor.value ?? tasks[0], true);
    });
    this.#zoom.listen(list);
  }

  /**
   * Keeps what is running in view.
   * @param {Task[]} tasks
   */
  #follow(tasks) {
    if (tasks !== this.#tasks) {
      this.#tasks = tasks;
      this.#follows = true;
      this.#front = 0;
      this.#scroll(0);
    }
    if (tasks.length <= mostRowsInView) return;
    while (tasks[this.#front]?.isOver) this.#front += 1;
    const last = tasks.length - mostRowsInView;
    if (this.#follows) this.#scroll(Math.min(last, Math.max(0, this.#front - 2)) * rowHeight);
  }

  /**
   * Makes the rows in view, and drops the others.
   * @param {Task[]} tasks
   */
  #place(tasks) {
    const wanted = new Set(tasks);
    for (const [index, row] of this.#rows) {
      if (wanted.has(row.task)) continue;
      row.drop();
      this.#rows.delete(index);
    }
    // From the last: each goes before the one after it, so that they are read in the order of the
    // tasks.
    for (const task of tasks.toReversed()) {
      const { index } = task;
      if (this.#rows.has(index)) continue;
      const row = new BarRow(task, this.#session, this.#zoom, this.#critical);
      this.#space.insertBefore(row.element, this.#rows.get(index + 1)?.element ?? null);
      this.#rows.set(index, row);
    }
  }

  /**
   * Brings the row into view that is marked.
   * @param {Task | null} task
   */
  #reach(task) {
    const list = this.#list;
    if (!task) return list.removeAttribute('aria-activedescendant');
    this.#follows = false;
    const at = task.index * rowHeight;
    const top = this.#top.peek();
    const height = list.clientHeight;
    if (at < top) this.#scroll(at);
    else if (at + rowHeight > top + height) this.#scroll(at + rowHeight - height);
    list.setAttribute('aria-activedescendant', `bar-${task.index}`);
  }

  /** @param {number} top */
  #scroll(top) {
    if (top === this.#top.peek()) return;
    this.#top.value = top;
    this.#list.scrollTop = top;
  }

  /**
   * @param {Task | undefined} task
   * @param {boolean} [marks]
   */
  #point(task, marks = false) {
    if (!task) return;
    const { pointed, cursor } = this.#session.look;
    batch(() => {
      pointed.value = task;
      if (marks) cursor.value = task;
    });
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    if (this.#zoom.key(event.key)) return event.preventDefault();
    const { tasks } = this.#session.record;
    const task = this.#session.look.cursor.value;
    const at = task?.index ?? -1;
    const last = tasks.length - 1;
    /** @type {Record<string, number>} */
    const targets = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      PageDown: at + mostRowsInView,
      PageUp: at - mostRowsInView,
      Home: 0,
      End: last,
    };
    const target = targets[event.key];
    if (last >= 0 && target !== undefined) {
      event.preventDefault();
      this.#onChoose(tasks[Math.min(last, Math.max(0, target))]);
    } else if (event.key === 'Enter' && task) {
      this.#onChoose(task);
    }
  }
}

/**
 * @param {Task[]} tasks
 * @param {number} top  how far they are scrolled
 */
function tasksInView(tasks, top) {
  const first = Math.max(0, Math.floor(top / rowHeight) - margin);
  return tasks.slice(first, first + mostRowsInView + 2 * margin);
}

/**
 * @param {EventTarget | null} target
 * @param {Map<number, BarRow>} rows
 */
function taskOf(target, rows) {
  const row = target instanceof Element && target.closest('.bar-row');
  return row ? rows.get(Number(row.id.slice(4)))?.task : undefined;
}
