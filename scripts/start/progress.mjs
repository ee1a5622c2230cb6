// @ts-check
/**
 * Shows how the tasks of some runs are doing: a table with a bar that redraws itself on a terminal,
 * else a line a change.
 */

import { createLogUpdate } from 'log-update';
import { finished, TaskRows } from './task-rows.mjs';

const redrawMs = 100;
const idLength = 16;
const barLength = 40;
/** An empty line, the bar, and the line that the cursor is on. */
const barHeight = 3;

/** @typedef {import('./task-rows.mjs').Row} Row */

/** @param {NodeJS.WriteStream} [out] */
export function watchProgress(out = process.stdout) {
  const rows = new TaskRows();
  const view = out.isTTY ? liveTable(rows, out) : plainLines(rows, out);
  return {
    /** @param {import('./task-rows.mjs').Event} event */
    onEvent(event) {
      rows.apply(event);
      view.changed();
    },
    end: view.end,
  };
}

/**
 * @param {TaskRows} rows
 * @param {NodeJS.WriteStream} out
 */
function liveTable(rows, out) {
  const show = createLogUpdate(out);
  const draw = () => {
    if (rows.all.length === 0) return;
    const seen = excerpt(rows.all, out.rows);
    const width = Math.max(idLength, ...seen.map(({ id }) => id.length));
    show([...seen.map((row) => line(row, width)), bar(rows.all)].join('\n'));
  };
  // By the clock and not by event: the seconds go on, and a fast stream is not slowed by its
  // picture.
  const timer = setInterval(draw, redrawMs);
  return {
    changed() {},
    end() {
      clearInterval(timer);
      draw();
      show.done();
    },
  };
}

const bySuspense = ['running', 'retrying', 'failed', 'waiting', 'skipped', 'cancelled', 'completed'];

/**
 * The rows that there is room for above the bar, in their own order: first of all those that one
 * waits for.
 * @param {Row[]} rows
 * @param {number} height  of the terminal
 */
function excerpt(rows, height) {
  const rank = (/** @type {Row} */ { status }) => bySuspense.indexOf(status);
  const chosen = rows.toSorted((a, b) => rank(a) - rank(b)).slice(0, Math.max(1, height - barHeight));
  return rows.filter((row) => chosen.includes(row));
}

/** @param {Row[]} rows */
function bar(rows) {
  const over = rows.filter(({ status }) => finished.has(status)).length;
  const filled = Math.round((over / Math.max(1, rows.length)) * barLength);
  return `\n${'█'.repeat(filled)}${'░'.repeat(barLength - filled)}  ${over} of ${rows.length}`;
}

/**
 * @param {TaskRows} rows
 * @param {NodeJS.WriteStream} out
 */
function plainLines(rows, out) {
  /** @type {Map<Row, string>} */
  const shown = new Map();
  return {
    changed() {
      for (const row of rows.all) {
        if ((shown.get(row) ?? 'waiting') === row.status) continue;
        shown.set(row, row.status);
        out.write(`${line(row)}\n`);
      }
    },
    end() {},
  };
}

const marks = new Map(
  Object.entries({ running: '▸', completed: '✓', failed: '✗', skipped: '–', cancelled: '–' }),
);

/**
 * @param {Row} row
 * @param {number} [width]  of the column of ids
 */
function line({ id, status, tokens, pieces, attempts, startedAt, durationMs }, width = idLength) {
  const time =
    startedAt === null ? '' : `${((durationMs ?? performance.now() - startedAt) / 1000).toFixed(1)} s`;
  const count = tokens > 0 ? `${tokens} tokens` : pieces > 0 ? `${pieces} written` : '';
  const retries = attempts > 1 ? `  attempt ${attempts}` : '';
  const columns = [id.padEnd(width), status.padEnd(10), time.padStart(8), count.padStart(14)];
  return `${marks.get(status) ?? '·'} ${columns.join(' ')}${retries}`.trimEnd();
}
