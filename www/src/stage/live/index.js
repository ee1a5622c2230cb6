// @ts-check
/**
 * What a pattern is about, while it runs: a stage of its own for each that has one, and what the
 * run itself tells.
 */

import { effect } from '@preact/signals-core';
import { element } from '../../dom/element.js';
import { count, duration } from '../../format.js';
import { inWordsOfRun } from '../told.js';
import { batchPart } from './batch.js';
import { clonesPart } from './clones.js';
import { guardsPart } from './guards.js';
import { tallyPart } from './tally.js';
import { toolsPart } from './tools.js';

/** @typedef {import('../../run/record.js').RunRecord} RunRecord */

/** @typedef {Record<string, any>} Options  of the run */

/** @type {Record<string, (record: RunRecord, options: Options) => HTMLElement | null>} */
const parts = { voting: tallyPart, guarded: guardsPart, batch: batchPart, clones: clonesPart };
/** Of what the run itself tells, the last ones. */
const mostNotes = 4;

export class Live {
  element = element('div', { class: 'live' });

  /** @param {import('../../run/session.js').Session} session */
  constructor(session) {
    effect(() => this.element.replaceChildren(...partsOf(session.record, session.order?.options ?? {})));
  }
}

/**
 * @param {RunRecord} record
 * @param {Options} options
 */
function partsOf(record, options) {
  const { phase, strategy } = record;
  if (phase === 'idle') return [element('p', { class: 'hint' }, 'What it comes to will stand here.')];
  const own = phase === 'running' ? parts[strategy] : kept[strategy];
  return [phasePart(record), own?.(record, options), toolsPart(record), notesPart(record)].filter(
    (part) => part != null,
  );
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
  return element(
    'ul',
    { class: 'notes', 'aria-label': 'What the run tells' },
    ...lastOf(notes).map(({ at, words, times }) =>
      element(
        'li',
        {},
        element('b', {}, duration(at)),
        ` ${words}${times > 1 ? ` (${count(times)} times)` : ''}`,
      ),
    ),
  );
}

/**
 * The last ones, of which those that say the same are one: a thousand calls may be told of one
 * limit.
 * @param {import('../../run/record.js').Note[]} notes
 */
function lastOf(notes) {
  /** @type {{ at: number, words: string, times: number }[]} */
  const told = [];
  for (let index = notes.length - 1; index >= 0; index--) {
    const { at } = notes[index];
    const words = inWordsOfRun(notes[index]);
    if (told.at(-1)?.words === words)
      told[told.length - 1] = { at, words, times: told[told.length - 1].times + 1 };
    else if (told.length === mostNotes) break;
    else told.push({ at, words, times: 1 });
  }
  return told.reverse();
}
