// @ts-check
/**
 * Where the marks of a graph stand. Boxes are placed by dagre; more than fit as boxes are dots in
 * columns.
 */

import { Graph, layout } from '@dagrejs/dagre';
import { layers } from './layers.js';

/** @typedef {{ id: string, dependencies: string[] }} Node */
/** @typedef {{ x: number, y: number }} Place  of a mark's middle */
/**
 * @typedef {object} Layout
 * @property {Map<string, Place>} places
 * @property {string} edges
 * @property {number} width
 * @property {number} height
 * @property {number} steps
 */

export const mostBoxes = 48;
export const dotSize = 9;
const gap = 4;
const rows = 16;
const gapOfLayers = 46;
/** More are a thicket. */
const mostEdges = 400;
const margin = 3;

/**
 * From left to right or from above to below: what can be drawn larger.
 * @param {Node[]} nodes
 * @param {{ width: number, height: number }} box
 * @param {{ width: number, height: number }} room
 * @returns {Layout}
 */
export function layoutOf(nodes, box, room) {
  if (nodes.length === 0) return { places: new Map(), edges: '', width: 1, height: 1, steps: 0 };
  const needed = withoutDetours(nodes);
  const both = ['LR', 'TB'].map((rankdir) => place(needed, box, rankdir));
  const scale = (/** @type {Layout} */ { width, height }) =>
    Math.min(1, room.width / width, room.height / height);
  return scale(both[1]) > scale(both[0]) ? both[1] : both[0];
}

/**
 * @param {Node[]} nodes
 * @param {{ width: number, height: number }} box
 * @param {string} rankdir
 * @returns {Layout}
 */
function place(nodes, box, rankdir) {
  const graph = new Graph();
  const [nodesep, ranksep] = rankdir === 'LR' ? [12, 40] : [14, 34];
  graph.setGraph({ rankdir, nodesep, ranksep, marginx: margin, marginy: margin });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { id } of nodes) graph.setNode(id, { ...box });
  for (const { id, dependencies } of nodes) for (const from of dependencies) graph.setEdge(from, id);
  layout(graph);
  const { width = 1, height = 1 } = graph.graph();
  const [along, across, size] =
    rankdir === 'LR' ? /** @type {const} */ (['x', 'y', height]) : /** @type {const} */ (['y', 'x', width]);
  // The first of them stands first.
  const peers = nodes.filter(({ id }) => graph.node(id)[along] === graph.node(nodes[0].id)[along]);
  const turned = graph.node(nodes[0].id)[across] > graph.node(peers[peers.length - 1].id)[across];
  const turn = (/** @type {Place} */ { x, y }) =>
    turned ? { x, y, [across]: size - (across === 'x' ? x : y) } : { x, y };
  const places = new Map(nodes.map(({ id }) => [id, turn(graph.node(id))]));
  const steps = new Set([...places.values()].map((at) => Math.round(at[along]))).size;
  const half = (along === 'x' ? box.width : box.height) / 2;
  const edges = graph.edges().map((edge) => {
    // It leaves and arrives in the middle of a side, whatever corner is nearer.
    const [from, to] = [places.get(edge.v), places.get(edge.w)];
    const bends = (graph.edge(edge).points ?? []).slice(1, -1).map(turn);
    if (!from || !to) return '';
    return curve(
      { ...from, [along]: from[along] + half },
      bends,
      { ...to, [along]: to[along] - half },
      along,
    );
  });
  return { places, edges: edges.join(''), width, height, steps };
}

/**
 * Straight on at both ends. A long one goes by the points that keep it clear of other boxes.
 * @param {Place} from
 * @param {Place[]} bends
 * @param {Place} to
 * @param {'x' | 'y'} along
 */
function curve(from, bends, to, along) {
  const stops = [from, ...(bends.length > 1 ? bends : []), to];
  const at = (/** @type {Place} */ { x, y }) => `${Math.round(x)} ${Math.round(y)}`;
  const pieces = stops.slice(1).map((next, index) => {
    const last = stops[index];
    const middle = (last[along] + next[along]) / 2;
    return `C${at({ ...last, [along]: middle })} ${at({ ...next, [along]: middle })} ${at(next)}`;
  });
  return `M${at(from)}${pieces.join('')}`;
}

/**
 * What is needed by way of another is no line of its own: a summary that reads everything waits for
 * the last ones only.
 * @param {Node[]} nodes
 * @returns {Node[]}
 */
function withoutDetours(nodes) {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  /** @type {Map<string, Set<string>>} */
  const known = new Map();
  /** @param {string} id @returns {Set<string>} */
  const before = (id) => {
    const found = known.get(id);
    if (found) return found;
    const all = new Set();
    // Filled below: what is typed may have cycles.
    known.set(id, all);
    for (const name of byId.get(id)?.dependencies ?? []) {
      all.add(name);
      for (const each of before(name)) all.add(each);
    }
    return all;
  };
  return nodes.map(({ id, dependencies }) => {
    const own = dependencies.filter((name) => byId.has(name) && name !== id);
    return {
      id,
      dependencies: own.filter((name) => !own.some((other) => other !== name && before(other).has(name))),
    };
  });
}

/**
 * @param {Node[]} nodes
 * @returns {Layout}
 */
export function columnsOf(nodes) {
  const columns = layers(nodes);
  const step = dotSize + gap;
  const blocks = columns.map((column) => {
    const high = Math.min(column.length, rows);
    return { column, high, across: Math.ceil(column.length / high) };
  });
  const height = Math.max(1, ...blocks.map(({ high }) => high)) * step - gap + 4;
  /** @type {Map<string, Place>} */
  const places = new Map();
  let left = 2 + dotSize / 2;
  for (const { column, high, across } of blocks) {
    const top = (height - (high * step - gap) + dotSize) / 2;
    for (const [index, { id }] of column.entries()) {
      places.set(id, { x: left + Math.floor(index / high) * step, y: top + (index % high) * step });
    }
    left += across * step - gap + gapOfLayers;
  }
  const width = Math.max(1, left - gapOfLayers - dotSize / 2 + 2);
  return { places, edges: linesOf(nodes, places), width, height, steps: columns.length };
}

/**
 * @param {Node[]} nodes
 * @param {Map<string, Place>} places
 */
function linesOf(nodes, places) {
  const lines = nodes.flatMap(({ id, dependencies }) =>
    dependencies.map((from) => [places.get(from), places.get(id)]),
  );
  if (lines.length > mostEdges) return '';
  return lines
    .map(([from, to]) => {
      if (!from || !to) return '';
      const [x1, x2] = [from.x + dotSize / 2, to.x - dotSize / 2];
      const bend = Math.max(12, (x2 - x1) / 2);
      return `M${x1} ${from.y}C${x1 + bend} ${from.y} ${x2 - bend} ${to.y} ${x2} ${to.y}`;
    })
    .join('');
}
