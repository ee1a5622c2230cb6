// @ts-check
/** The graph of dependencies: what would run, and then the same as it runs. */

import { effect, signal } from '@preact/signals-core';
import { element, svg } from '../dom/element.js';
import { shownName } from '../dom/name.js';
import { plural } from '../format.js';
import { columnsOf, dotSize, layoutOf, mostBoxes } from './layout.js';

/** @typedef {{ id: string, dependencies: string[], state?: string }} Node  which may be a task */

const box = { height: 30, padding: 33 };
const letterWidth = 7.1;
const fewestLetters = 8;
const mostLetters = 18;
/** What it is drawn for while it is not on the screen yet. */
const usual = { width: 500, height: 280 };
const leastHeight = 200;

export class Graph {
  #edges = svg('path', { class: 'edges' });
  #svg = svg('svg', { role: 'img', class: 'graph' }, this.#edges);
  element = element(
    'div',
    { class: 'graph-scroll', role: 'group', 'aria-label': 'Graph of dependencies' },
    this.#svg,
  );
  /** @type {Map<string, SVGElement>} */
  #marks = new Map();
  /** @type {Map<string, { node: Node, stop: () => void }>} what colours each of them */
  #colours = new Map();
  /** @type {Map<string, import('./layout.js').Place>} */
  #places = new Map();
  #tight = false;
  #width = 0;
  /** Asking for it while drawing would cost a layout. */
  #room = usual;
  #shape = '';
  /** What is to be shown, while that waits for its turn. @type {Node[] | null} */
  #wanted = null;
  /** Changes when the marks do. */
  #shown = signal(/** @type {Node[]} */ ([]));

  /**
   * @param {{ readonly value: Node[] }} nodes
   * @param {Record<string, () => Set<string>>} kinds  the ids of those that have each class
   * @param {(id: string) => void} onSelect
   */
  constructor(nodes, kinds, onSelect) {
    this.#svg.addEventListener('click', ({ target }) => {
      const mark = target instanceof Element && target.closest('.node');
      if (mark) onSelect(this.#idOf(mark) ?? '');
    });
    // What scrolls has to be reachable by keyboard; what does not would only be in the way. It
    // begins to scroll when it has less room, or when the graph in it grows.
    const sizes = new ResizeObserver(() => {
      const { element } = this;
      const { clientWidth: width, clientHeight: height } = element;
      if (width > 0) this.#room = { width, height: Math.max(leastHeight, height) };
      if (element.scrollWidth > width) element.setAttribute('tabindex', '0');
      else element.removeAttribute('tabindex');
    });
    sizes.observe(this.element);
    sizes.observe(this.#svg);
    this.#svg.addEventListener('pointerover', ({ target }) => this.#name(target));
    effect(() => this.#showSoon(nodes.value));
    for (const [kind, ids] of Object.entries(kinds))
      effect(() => {
        void this.#shown.value;
        const having = ids();
        for (const [id, mark] of this.#marks) mark.classList.toggle(kind, having.has(id));
      });
  }

  /**
   * Many of them in a turn of their own: the turn that brings them has more to do.
   * @param {Node[]} nodes
   */
  #showSoon(nodes) {
    const isWaiting = this.#wanted !== null;
    this.#wanted = nodes;
    const show = () => {
      const wanted = this.#wanted ?? [];
      this.#wanted = null;
      this.#show(wanted);
    };
    if (nodes.length <= mostBoxes && !isWaiting) show();
    else if (!isWaiting) setTimeout(show);
  }

  /** @param {Node[]} nodes */
  #show(nodes) {
    const shape = nodes.map(({ id, dependencies }) => `${id}<${dependencies}`).join(';');
    if (shape !== this.#shape) this.#build(nodes);
    this.#shape = shape;
    for (const node of nodes) this.#colour(node);
    this.#shown.value = nodes;
  }

  /** @param {Element} mark */
  #idOf(mark) {
    for (const [id, each] of this.#marks) if (each === mark) return id;
  }

  /**
   * Gives a dot its title when it is pointed at: a thousand of them would cost as much as the dots.
   * @param {EventTarget | null} target
   */
  #name(target) {
    const isNew = target instanceof Element && target.matches('.dot:empty');
    if (isNew) target.append(svg('title', {}, this.#idOf(target) ?? ''));
  }

  /** @param {Node} node */
  #colour(node) {
    const known = this.#colours.get(node.id);
    const mark = this.#marks.get(node.id);
    if (known?.node === node || !mark) return;
    known?.stop();
    const stop = effect(() => {
      const { state = 'waiting' } = node;
      if (mark.dataset.state !== state) mark.dataset.state = state;
    });
    this.#colours.set(node.id, { node, stop });
  }

  /** @param {Node[]} nodes */
  #build(nodes) {
    const tight = nodes.length > mostBoxes;
    const width = box.padding + letterWidth * lettersOf(nodes);
    const plan = tight ? columnsOf(nodes) : layoutOf(nodes, { width, height: box.height }, this.#room);
    this.#edges.setAttribute('d', plan.edges);
    this.#keep(plan.places, tight, width);
    const labels = tight ? new Map() : shortNames([...plan.places.keys()]);
    for (const [id, { x, y }] of plan.places) {
      const known = this.#marks.get(id);
      const mark = known ?? this.#svg.appendChild(tight ? dot() : boxOf(id, labels.get(id) ?? id, width));
      this.#marks.set(id, mark);
      const before = known && this.#places.get(id);
      if (before?.x === x && before.y === y) continue;
      if (tight) move(mark, x, y);
      else mark.setAttribute('transform', `translate(${x - width / 2} ${y - box.height / 2})`);
    }
    this.#places = plan.places;
    this.#svg.setAttribute('viewBox', `0 0 ${plan.width} ${plan.height}`);
    this.#svg.style.setProperty('--width', `${plan.width}px`);
    this.#svg.style.setProperty('--height', `${plan.height}px`);
    this.#svg.setAttribute(
      'aria-label',
      `Graph of ${plural(nodes.length, 'task')} in ${plural(plan.steps, 'step')}`,
    );
  }

  /**
   * Drops the marks that have no place any more. The others stay: with a thousand tasks, one more
   * must not cost a thousand.
   * @param {Map<string, unknown>} places
   * @param {boolean} tight
   * @param {number} width  of a box: a longer name makes all of them wider
   */
  #keep(places, tight, width) {
    const fits = tight === this.#tight && width === this.#width;
    for (const [id, mark] of this.#marks) {
      if (fits && places.has(id)) continue;
      mark.remove();
      this.#marks.delete(id);
      this.#colours.get(id)?.stop();
      this.#colours.delete(id);
    }
    this.#tight = tight;
    this.#width = width;
  }
}

/**
 * @param {string} id
 * @param {string} label
 * @param {number} width
 */
function boxOf(id, label, width) {
  return svg(
    'g',
    { class: 'node', 'data-state': 'waiting' },
    svg('title', {}, id),
    svg('rect', { width, height: box.height, rx: 8 }),
    svg('circle', { cx: 15, cy: box.height / 2, r: 4 }),
    svg('text', { x: 27, y: box.height / 2, 'dominant-baseline': 'central' }, label),
  );
}

/**
 * How many letters the longest name has, within reason.
 * @param {Node[]} nodes
 */
function lettersOf(nodes) {
  return Math.min(mostLetters, Math.max(fewestLetters, ...nodes.map(({ id }) => shownName(id).length)));
}

/**
 * Names that fit. Those that begin alike often end otherwise; where both ends are alike, the
 * longest end tells them apart.
 * @param {string[]} names
 * @returns {Map<string, string>}
 */
function shortNames(names) {
  const middleCut = names.map((name) => cut(shownName(name), 7));
  const isTwice = (/** @type {string} */ label) => middleCut.filter((other) => other === label).length > 1;
  return new Map(
    names.map((name, at) => [name, isTwice(middleCut[at]) ? cut(shownName(name), 0) : middleCut[at]]),
  );
}

/**
 * By whole letters: half an emoji is none.
 * @param {string} name
 * @param {number} start  letters that are kept there
 */
function cut(name, start) {
  const letters = Array.from(name);
  if (letters.length <= mostLetters) return name;
  return `${letters.slice(0, start).join('')}…${letters.slice(start + 1 - mostLetters).join('')}`;
}

function dot() {
  return svg('circle', { class: 'node dot', 'data-state': 'waiting', r: dotSize / 2 });
}

/**
 * A thousand dots, each with a transform, would be a thousand things to put together for each
 * frame.
 * @param {SVGElement} dot
 * @param {number} x
 * @param {number} y
 */
function move(dot, x, y) {
  dot.setAttribute('cx', String(x));
  dot.setAttribute('cy', String(y));
}
