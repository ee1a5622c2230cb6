// @ts-check
/** Shows how a run's tasks are doing: a table with a bar that redraws itself on a terminal, else a line a change. */

import { createLogUpdate } from 'log-update';
import { finished, TaskRows } from './task-rows.mjs';

const redrawMs = 100;
const barLength = 40;

/** @typedef {import('./task-rows.mjs').Row} Row */

/**
 * @param {string[]} taskIds
 * @param {NodeJS.WriteStream} [out]
 */
export function watchProgress(taskIds, out = process.stdout) {
  const rows = new TaskRows(taskIds);
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
  const draw = () => show([...rows.all.map(line), bar(rows.all)].join('\n'));
  // By the clock and not by event: the seconds go on, and a fast stream is not slowed by its picture.
  const timer = setInterval(draw, redrawMs);
  draw();
  return {
    changed() {},
    end() {
      clearInterval(timer);
      draw();
      show.done();
    },
  };
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
  const shown = new Map(rows.all.map(({ id, status }) => [id, status]));
  return {
    changed() {
      for (const row of rows.all) {
        if (shown.get(row.id) === row.status) continue;
        shown.set(row.id, row.status);
        out.write(`${line(row)}\n`);
      }
    },
    end() {},
  };
}

const marks = new Map(
  Object.entries({ running: '▸', completed: '✓', failed: '✗', skipped: '–', cancelled: '–' }),
);

/** @param {Row} row */
function line({ id, status, tokens, pieces, attempts, startedAt, durationMs }) {
  const time =
    startedAt === null ? '' : `${((durationMs ?? performance.now() - startedAt) / 1000).toFixed(1)} s`;
  const count = tokens > 0 ? `${tokens} tokens` : pieces > 0 ? `${pieces} written` : '';
  const retries = attempts > 1 ? `  attempt ${attempts}` : '';
  const columns = [id.padEnd(16), status.padEnd(10), time.padStart(8), count.padStart(14)];
  return `${marks.get(status) ?? '·'} ${columns.join(' ')}${retries}`.trimEnd();
}
