// @ts-check
/** Who needs whom, from left to right. */

import { html } from './markup.js';

const mostNodes = 300;
const box = { width: 150, height: 28, gapX: 60, gapY: 10 };
const letters = 19;

/** @param {import('./record.js').ReportRecord} record */
export function graph({ tasks }) {
  if (!tasks.some(({ dependencies }) => dependencies.length > 0)) return undefined;
  if (tasks.length > mostNodes)
    return html`<section><h2>Graph</h2><p class="hint">${tasks.length} tasks are too many to draw.</p></section>`;
  const columns = columnsOf(tasks);
  const height = Math.max(...columns.map(({ length }) => length)) * (box.height + box.gapY);
  const width = columns.length * (box.width + box.gapX) - box.gapX;
  /** @type {Map<string, { x: number, y: number }>} */
  const positions = new Map();
  for (const [column, members] of columns.entries()) {
    const top = (height - members.length * (box.height + box.gapY)) / 2;
    for (const [row, { name }] of members.entries())
      positions.set(name, { x: column * (box.width + box.gapX), y: top + row * (box.height + box.gapY) });
  }
  return html`<section><h2>Graph</h2><div class="wide"><svg role="img" aria-label="Who needs whom" width="${width + 2}" height="${height}" viewBox="-1 -1 ${width + 2} ${height}">
${tasks.flatMap((task) => task.dependencies.map((from) => edge(positions.get(from), positions.get(task.name))))}
${tasks.map(({ name, status }) => node(name, status, positions.get(name)))}
</svg></div></section>`;
}

/**
 * Each stands after all that it needs.
 * @param {import('./record.js').Task[]} tasks
 */
function columnsOf(tasks) {
  /** @type {Map<string, number>} */
  const depths = new Map(tasks.map(({ name }) => [name, 0]));
  // A run has no cycles; a file that somebody wrote may, and then this ends all the same.
  for (let round = 0, moved = true; moved && round < tasks.length; round += 1) {
    moved = false;
    for (const { name, dependencies } of tasks) {
      const depth = Math.max(0, ...dependencies.map((from) => (depths.get(from) ?? -1) + 1));
      moved ||= depth !== depths.get(name);
      depths.set(name, depth);
    }
  }
  /** @type {import('./record.js').Task[][]} */
  const columns = [];
  for (const task of tasks) {
    const depth = Math.min(depths.get(task.name) ?? 0, tasks.length);
    columns[depth] ??= [];
    columns[depth].push(task);
  }
  return columns.filter(Boolean);
}

/**
 * @param {{ x: number, y: number } | undefined} from
 * @param {{ x: number, y: number } | undefined} to
 */
function edge(from, to) {
  if (!from || !to) return undefined;
  const [x1, y1, x2, y2] = [from.x + box.width, from.y + box.height / 2, to.x, to.y + box.height / 2];
  const bend = Math.max(12, (x2 - x1) / 2);
  return html`<path d="M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}"/>`;
}

/**
 * @param {string} name
 * @param {string} status
 * @param {{ x: number, y: number } | undefined} position
 */
function node(name, status, position) {
  const { x, y } = position ?? { x: 0, y: 0 };
  const all = Array.from(name);
  const label = all.length > letters ? `${all.slice(0, letters - 1).join('')}…` : name;
  return html`<g class="${status}"><title>${name}: ${status}</title><rect x="${x}" y="${y}" width="${box.width}" height="${box.height}" rx="6"/><text x="${x + 10}" y="${y + box.height / 2}" dominant-baseline="central">${label}</text></g>
`;
}
