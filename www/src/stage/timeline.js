// @ts-check
/**
 * One bar a task, on a common clock. Only the rows in view exist, so that thousands cost no more
 * than a screenful.
 */

import { element } from '../dom/element.js';
import { Arrows } from './arrows.js';
import { BarRow } from './bar-row.js';

/** @typedef {import('../run/task.js').Task} Task */

/** As the style sheet has it. */
const rowHeight = 24;
const mostRowsInView = 7;
const margin = 4;
/** Of the width: what moves by less cannot be seen. */
const finestShare = 1 / 1500;

export class Timeline {
  #arrows = new Arrows();
  #space = element('div', { class: 'space', role: 'presentation' }, this.#arrows.element);
  #list = element(
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
  /** @type {Map<number, BarRow>} */
  #rows = new Map();
  /** @type {Task[]} */
  #tasks = [];
  #known = 0;
  /** @type {Map<string, Task>} */
  #byId = new Map();
  /** @type {Set<Task>} */
  #critical = new Set();
  #selected = -1;
  /** Whether it scrolls to what is running; not once the person has taken over. */
  #follows = true;
  /** How far it is scrolled: asking the list itself while drawing would cost a layout. */
  #top = 0;
  /** The first that is not over yet, as far as was last looked. */
  #front = 0;
  #now = 0;
  /** @type {import('./view.js').View} */
  #view = { start: 0, span: 1 };
  #zoom;
  #onSelect;

  /**
   * @param {(task: Task, how: 'point' | 'choose') => void} onSelect
   * @param {import('./view.js').Zoom} zoom
   */
  constructor(onSelect, zoom) {
    this.#onSelect = onSelect;
    this.#zoom = zoom;
    const list = this.#list;
    list.addEventListener(
      'scroll',
      () => {
        this.#top = list.scrollTop;
        this.#place();
        this.#connect();
      },
      { passive: true },
    );
    list.addEventListener('keydown', (event) => this.#onKey(event));
    for (const kind of ['wheel', 'pointerdown', 'keydown']) {
      list.addEventListener(kind, () => (this.#follows = false), { passive: true });
    }
    list.addEventListener('pointerover', (event) => this.#point(event, 'point'));
    list.addEventListener('click', (event) => this.#point(event, 'choose'));
    list.addEventListener(
      'focus',
      () => this.#tasks.length > 0 && this.#select(Math.max(0, this.#selected), 'point'),
    );
  }

  get element() {
    return this.#list;
  }

  /** Forgets the last run. */
  clear() {
    this.#rows.clear();
    this.#space.replaceChildren(this.#arrows.element);
    this.#arrows.show([], new Map(), undefined);
    this.#tasks = [];
    this.#critical = new Set();
    this.#selected = -1;
    this.#follows = true;
    this.#front = 0;
    this.#now = 0;
    this.#list.scrollTop = this.#top = 0;
    this.#list.removeAttribute('aria-activedescendant');
  }

  /**
   * @param {import('../run/record.js').RunRecord} record
   * @param {Set<Task>} changed
   * @param {Set<Task>} critical
   */
  draw({ tasks, byId }, changed, critical) {
    if (tasks !== this.#tasks) this.clear();
    const all = critical !== this.#critical || tasks.length !== this.#known;
    this.#tasks = tasks;
    this.#byId = byId;
    this.#known = tasks.length;
    this.#critical = critical;
    this.#space.style.setProperty('--rows', String(tasks.length));
    this.#follow();
    for (const [index, row] of this.#rows) {
      if (all || changed.has(tasks[index])) this.#fill(row, index);
    }
    this.#place();
    if (all || changed.size > 0) this.#connect();
  }

  /**
   * @param {number} now
   * @param {import('./view.js').View} view  what the width stands for
   * @param {boolean} exactly
   */
  tick(now, view, exactly) {
    if (!exactly && now > this.#now && now - this.#now < view.span * finestShare) return;
    this.#now = now;
    this.#view = view;
    for (const row of this.#rows.values()) row.tick(now, view);
    this.#arrows.tick(view);
  }

  /** @param {Task} task */
  choose(task) {
    this.#follows = false;
    this.#select(task.index);
  }

  /** Keeps what is running in view. */
  #follow() {
    if (!this.#follows || this.#tasks.length <= mostRowsInView) return;
    while (this.#tasks[this.#front]?.isOver) this.#front += 1;
    const last = this.#tasks.length - mostRowsInView;
    const top = Math.min(last, Math.max(0, this.#front - 2)) * rowHeight;
    if (top !== this.#top) this.#list.scrollTop = this.#top = top;
  }

  /** Draws arrows for what is in view. */
  #connect() {
    const inView = [...this.#rows.keys()].map((index) => this.#tasks[index]);
    this.#arrows.show(inView, this.#byId, this.#tasks[this.#selected]);
    this.#arrows.tick(this.#view);
  }

  /** Makes the rows in view, and drops the others. */
  #place() {
    const first = Math.max(0, Math.floor(this.#top / rowHeight) - margin);
    const last = Math.min(this.#tasks.length, first + mostRowsInView + 2 * margin);
    for (const [index, row] of this.#rows) {
      if (index >= first && index < last) continue;
      row.element.remove();
      this.#rows.delete(index);
    }
    // From the last: each goes before the one after it, so that they are read in the order of the
    // tasks.
    for (let index = last - 1; index >= first; index--) {
      if (this.#rows.has(index)) continue;
      const row = new BarRow(this.#tasks[index]);
      row.select(index === this.#selected);
      this.#fill(row, index);
      this.#space.insertBefore(row.element, this.#rows.get(index + 1)?.element ?? null);
      this.#rows.set(index, row);
    }
  }

  /**
   * @param {BarRow} row
   * @param {number} index
   */
  #fill(row, index) {
    row.draw(this.#critical.has(this.#tasks[index]), this.#tasks.length);
    row.tick(this.#now, this.#view);
  }

  /**
   * @param {Event} event
   * @param {'point' | 'choose'} how
   */
  #point(event, how) {
    const row = event.target instanceof Element && event.target.closest('.bar-row');
    if (!row) return;
    const index = Number(row.id.slice(4));
    if (how === 'choose') this.#select(index);
    else if (this.#tasks[index]) this.#onSelect(this.#tasks[index], how);
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    if (this.#zoom.key(event.key)) return event.preventDefault();
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
  #select(index, how = 'choose') {
    this.#rows.get(this.#selected)?.select(false);
    this.#selected = index;
    const list = this.#list;
    const top = index * rowHeight;
    const height = list.clientHeight;
    if (top < this.#top) this.#top = top;
    else if (top + rowHeight > this.#top + height) this.#top = top + rowHeight - height;
    list.scrollTop = this.#top;
    this.#place();
    this.#connect();
    this.#rows.get(index)?.select(true);
    list.setAttribute('aria-activedescendant', `bar-${index}`);
    this.#onSelect(this.#tasks[index], how);
  }
}
