// @ts-check
/** What a pattern is about, while it runs: a stage of its own for each that has one, and what the run itself tells. */

import { element } from '../../dom/element.js';
import { duration } from '../../format.js';
import { batchPart } from './batch.js';
import { clonesPart } from './clones.js';
import { guardsPart } from './guards.js';
import { tallyPart } from './tally.js';
import { toolsPart } from './tools.js';

/** @typedef {import('../../run/record.js').RunRecord} RunRecord */

/** @type {Record<string, (record: RunRecord) => HTMLElement | null>} */
const parts = { voting: tallyPart, guarded: guardsPart, batch: batchPart, clones: clonesPart };
/** Of what the run itself tells, the last ones. */
const mostNotes = 4;

export class Live {
  element = element('div', { class: 'live' });

  constructor() {
    this.clear();
  }

  clear() {
    this.element.replaceChildren(element('p', { class: 'hint' }, 'What it comes to will stand here.'));
  }

  /**
   * @param {RunRecord} record
   * @param {Set<import('../../run/task.js').Task>} changed
   */
  draw(record, changed) {
    if (changed.size === 0 && record.phase !== 'running') return;
    const own = record.phase === 'running' ? parts[record.strategy] : kept[record.strategy];
    this.element.replaceChildren(
      ...[phasePart(record), own?.(record), toolsPart(record), notesPart(record)].flatMap(
        (part) => part ?? [],
      ),
    );
  }
}

/** Those that say more than the result does, and stay. @type {typeof parts} */
const kept = { batch: batchPart, clones: clonesPart };

/** Which pattern it is: a prompt finds its own. @param {RunRecord} record */
function phasePart({ strategy }) {
  const name = names[strategy];
  return name ? element('p', { class: 'hint' }, 'Pattern: ', element('b', {}, name), '.') : null;
}

/** @type {Record<string, string>} */
const names = {
  parallelProcess: 'subtasks by their dependencies',
  sectioning: 'sections',
  voting: 'a vote',
  mapReduce: 'map-reduce',
  batch: 'a batch',
  perspectives: 'perspectives',
  bestOf: 'best of several',
  evaluate: 'an evaluation',
  clones: 'clones',
  guarded: 'an answer behind guards',
};

/** @param {RunRecord} record */
function notesPart({ notes }) {
  if (notes.length === 0) return null;
  const last = notes.slice(-mostNotes);
  return element(
    'ul',
    { class: 'notes', 'aria-label': 'What the run tells' },
    ...last.map(({ at, name, value }) =>
      element('li', {}, element('b', {}, duration(at)), ` ${told[name]?.(value) ?? plainly(name, value)}`),
    ),
  );
}

/** @type {Record<string, (value: any) => string>} */
const told = {
  rateLimit: ({ model, pauseMs }) => `the limit of ${model} is reached: its calls wait ${duration(pauseMs)}`,
  hedge: ({ taskId }) => `${taskId} is slow, and is asked a second time beside`,
  budget: ({ taskId, status }) => `${taskId} is ${status} by the budget`,
  fallback: ({ taskId, model, code }) => `${taskId} goes on with ${model}, after ${code}`,
};

/**
 * @param {string} name
 * @param {any} value
 */
function plainly(name, value) {
  return [name, ...Object.entries(value ?? {}).map(([key, part]) => `${key} ${part}`)].join(', ');
}
