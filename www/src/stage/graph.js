// @ts-check
/** The graph of dependencies, from left to right. */

import { element, svg } from '../dom/element.js';
import { plural } from '../format.js';
import { layers } from './layers.js';

/** @typedef {{ id: string, dependencies: string[], state?: string }} Node */

const large = { height: 30, gapX: 52, gapY: 12, perColumn: 14 };
const letterWidth = 7.1;
const fewestLetters = 15;
const mostLetters = 24;
/** @typedef {typeof large & { width: number }} Size */

/** @type {Size} */
const small = { width: 9, height: 9, gapX: 4, gapY: 4, perColumn: 16 };
const gapOfLayers = 46;
/** More are a thicket. */
const mostEdges = 400;

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
  /** @type {Map<string, { x: number, y: number }>} */
  #places = new Map();
  #tight = false;
  #width = 0;
  #shape = '';

  constructor() {
    // What scrolls has to be reachable by keyboard; what does not would only be in the way.
    new ResizeObserver(([{ target }]) => {
      if (target.scrollWidth > target.clientWidth) target.setAttribute('tabindex', '0');
      else target.removeAttribute('tabindex');
    }).observe(this.element);
  }

  /** @param {Node[]} nodes */
  show(nodes) {
    const shape = nodes.map(({ id, dependencies }) => `${id}<${dependencies}`).join(';');
    if (shape === this.#shape) return;
    this.#shape = shape;
    this.#build(nodes);
  }

  /** @param {Iterable<Node>} nodes */
  colour(nodes) {
    for (const { id, state = 'waiting' } of nodes) {
      const mark = this.#marks.get(id);
      if (mark && mark.dataset.state !== state) mark.dataset.state = state;
    }
  }

  /** @param {Set<{ id: string }>} critical */
  mark(critical) {
    const ids = new Set([...critical].map(({ id }) => id));
    for (const [id, mark] of this.#marks) mark.classList.toggle('critical', ids.has(id));
  }

  /** @param {Node[]} nodes */
  #build(nodes) {
    const columns = layers(nodes);
    const tight = nodes.length > 48 || columns.some((column) => column.length > large.perColumn);
    const size = tight ? small : { ...large, width: 33 + letterWidth * lettersOf(nodes) };
    const { places, width, height } = place(columns, size, tight);
    this.#edges.setAttribute('d', edgesOf(nodes, places, size));
    this.#keep(places, tight, size.width);
    const labels = tight ? new Map() : shortNames([...places.keys()]);
    for (const [id, { x, y }] of places) {
      const known = this.#marks.get(id);
      const mark = known ?? this.#svg.appendChild(tight ? dot(id) : box(id, labels.get(id) ?? id, size));
      this.#marks.set(id, mark);
      const before = known && this.#places.get(id);
      if (before?.x === x && before.y === y) continue;
      if (tight) move(mark, x + size.width / 2, y + size.height / 2);
      else mark.setAttribute('transform', `translate(${x} ${y})`);
    }
    this.#places = places;
    this.#svg.setAttribute('viewBox', `0 0 ${width} ${height}`);
    this.#svg.style.setProperty('--width', `${width}px`);
    this.#svg.setAttribute(
      'aria-label',
      `Graph of ${plural(nodes.length, 'task')} in ${plural(columns.length, 'step')}`,
    );
  }

  /**
   * Drops the marks that have no place any more. The others stay: with a thousand tasks, one more must not cost a thousand.
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
    }
    this.#tight = tight;
    this.#width = width;
  }
}

/**
 * @param {Node[][]} columns
 * @param {Size} size
 * @param {boolean} tight
 */
function place(columns, size, tight) {
  // Where nothing needs anything, a column is a mere list: it is folded.
  const alone = columns.length === 1 && !tight;
  const gapX = alone ? size.gapY : size.gapX;
  const blocks = columns.map((column) => {
    const rows = Math.min(column.length, alone ? 4 : tight ? size.perColumn : column.length);
    return { column, rows, across: Math.ceil(column.length / rows) };
  });
  const tallest = Math.max(1, ...blocks.map(({ rows }) => rows));
  const height = tallest * (size.height + size.gapY) - size.gapY + 4;
  /** @type {Map<string, { x: number, y: number }>} */
  const places = new Map();
  let left = 2;
  for (const { column, rows, across } of blocks) {
    const top = (height - (rows * (size.height + size.gapY) - size.gapY)) / 2;
    for (const [index, { id }] of column.entries()) {
      places.set(id, {
        x: left + Math.floor(index / rows) * (size.width + gapX),
        y: top + (index % rows) * (size.height + size.gapY),
      });
    }
    left += across * (size.width + gapX) - gapX + (tight ? gapOfLayers : size.gapX);
  }
  return { places, width: Math.max(1, left - (tight ? gapOfLayers : size.gapX) + 2), height };
}

/**
 * @param {Node[]} nodes
 * @param {Map<string, { x: number, y: number }>} places
 * @param {Size} size
 */
function edgesOf(nodes, places, size) {
  const lines = nodes.flatMap(({ id, dependencies }) =>
    dependencies.map((from) => [places.get(from), places.get(id)]),
  );
  if (lines.length > mostEdges) return '';
  return lines
    .map(([from, to]) => {
      if (!from || !to) return '';
      const [x1, y1, x2, y2] = [from.x + size.width, from.y + size.height / 2, to.x, to.y + size.height / 2];
      const bend = Math.max(12, (x2 - x1) / 2);
      return `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`;
    })
    .join('');
}

/**
 * @param {string} id
 * @param {string} label
 * @param {Size} size
 */
function box(id, label, { width, height }) {
  return svg(
    'g',
    { class: 'node', 'data-state': 'waiting' },
    svg('title', {}, id),
    svg('rect', { width, height, rx: 8 }),
    svg('circle', { cx: 15, cy: height / 2, r: 4 }),
    svg('text', { x: 27, y: height / 2, 'dominant-baseline': 'central' }, label),
  );
}

/**
 * How many letters the longest name has, within reason.
 * @param {Node[]} nodes
 */
function lettersOf(nodes) {
  return Math.min(mostLetters, Math.max(fewestLetters, ...nodes.map(({ id }) => id.length)));
}

/**
 * Names that fit. Those that begin alike often end otherwise; where both ends are alike, the longest end tells them apart.
 * @param {string[]} names
 * @returns {Map<string, string>}
 */
function shortNames(names) {
  const middleCut = names.map((name) => cut(name, 10));
  const isTwice = (/** @type {string} */ label) => middleCut.filter((other) => other === label).length > 1;
  return new Map(names.map((name, at) => [name, isTwice(middleCut[at]) ? cut(name, 0) : middleCut[at]]));
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

/** @param {string} id */
function dot(id) {
  return svg(
    'circle',
    { class: 'node dot', 'data-state': 'waiting', r: small.width / 2 },
    svg('title', {}, id),
  );
}

/**
 * A thousand dots, each with a transform, would be a thousand things to put together for each frame.
 * @param {SVGElement} dot
 * @param {number} x
 * @param {number} y
 */
function move(dot, x, y) {
  dot.setAttribute('cx', String(x));
  dot.setAttribute('cy', String(y));
}
