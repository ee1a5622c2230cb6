// @ts-check
/**
 * A batch: the window of what is under way moves over the inputs, and answers are counted by how
 * they begin.
 */

import { element } from '../../dom/element.js';
import { plural } from '../../format.js';
import { meter } from '../outcome/meter.js';

const mostCells = 400;
const mostGroups = 5;

/** @param {import('../../run/record.js').RunRecord} record */
export function batchPart({ tasks }) {
  const under = tasks.filter(({ status }) => status === 'running').length;
  const done = tasks.filter(({ status }) => status === 'completed').length;
  const cells = tasks
    .slice(0, mostCells)
    .map(({ id, state }) => element('i', { class: 'cell', 'data-state': state, title: id }));
  return element(
    'div',
    { class: 'batch' },
    element('div', { class: 'cells', 'aria-hidden': 'true' }, ...cells),
    element(
      'p',
      { class: 'hint' },
      `${plural(done, 'answer')} of ${tasks.length} inputs, ${under} under way. Each is there as soon as it is done.`,
    ),
    ...groupsOf(tasks).map(([word, size]) => meter(word, size / tasks.length, String(size))),
  );
}

/** By their first words, where these repeat. @param {import('../../run/task.js').Task[]} tasks */
function groupsOf(tasks) {
  /** @type {Map<string, number>} */
  const groups = new Map();
  for (const { status, text } of tasks) {
    const word = status === 'completed' ? (/[\p{L}\p{N}]+/u.exec(text)?.[0] ?? '') : '';
    if (word) groups.set(word, (groups.get(word) ?? 0) + 1);
  }
  if (groups.size > mostGroups) return [];
  return [...groups].sort(([, a], [, b]) => b - a);
}
