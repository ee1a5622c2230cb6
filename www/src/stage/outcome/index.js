// @ts-check
/** What a run came to: one part for each thing that a pattern's result has. */

import { computed, effect } from '@preact/signals-core';
import { element } from '../../dom/element.js';
import { Markdown } from '../../dom/markdown.js';
import { formSoFar } from '../form-so-far.js';
import { levelsPart } from './levels.js';
import { scoresPart } from './scores.js';
import { verdictsPart } from './verdicts.js';
import { votesPart } from './votes.js';

/** @type {((result: any) => HTMLElement | null)[]} */
const parts = [verdictsPart, votesPart, pickPart, scoresPart, levelsPart];

export class Outcome {
  #text = element('div', { class: 'answer lead' });
  #markdown = new Markdown(this.#text);
  #parts = element('div', { class: 'parts' });
  #keyPoints = element('div', { class: 'key-points' });
  #title = element('h2', {}, 'Put together');
  element = element(
    'section',
    { class: 'outcome', 'aria-label': 'Result' },
    this.#title,
    this.#parts,
    this.#text,
    this.#keyPoints,
  );

  /** @param {import('../../run/session.js').Session} session */
  constructor(session) {
    const result = computed(() => session.result ?? session.record.result);
    const last = computed(() => lastOf(session));
    const soFar = computed(() => summarySoFar(last.value?.text ?? ''));
    const text = computed(() => textOf(result.value) ?? soFar.value);
    effect(() => {
      const outcome = result.value;
      this.#parts.replaceChildren(...parts.flatMap((part) => (outcome && part(outcome)) || []));
      this.#keyPoints.replaceChildren(...((outcome && keyPointsPart(outcome)) || []));
      this.#title.hidden = typeof outcome?.summary !== 'string' && soFar.value === '';
      this.element.hidden = text.value === '' && this.#parts.childElementCount === 0;
    });
    effect(() => this.#markdown.show(text.value));
  }
}

/**
 * The call that puts the results together: of a map-reduce the one at the root of its tree.
 * @param {import('../../run/session.js').Session} session
 */
function lastOf({ record, order }) {
  const root = order?.pattern === 'mapReduce' ? order.plan?.at(-1) : undefined;
  return root ? record.tasks.find(({ id }) => id === root.id) : record.ownSummary;
}

/**
 * Where the pattern asked for a form, it is an entry of that.
 * @param {string} text
 */
function summarySoFar(text) {
  if (!text.trimStart().startsWith('{')) return text;
  const { summary } = formSoFar(text) ?? {};
  return typeof summary === 'string' ? summary : '';
}

/** @param {any} outcome */
function textOf(outcome) {
  if (!outcome) return null;
  const { summary, answer, winner, blocked, summaryError, votes } = outcome;
  if (votes) return '';
  if (typeof summary === 'string') return summary;
  if (summaryError) return `No summary: ${summaryError.message}`;
  if (blocked) return 'The answer was withheld.';
  if (typeof answer === 'string') return answer;
  if (typeof winner === 'string') return winner;
  if (typeof winner?.result === 'string') return winner.result;
  return '';
}

/** @param {any} result */
function keyPointsPart({ keyPoints }) {
  if (!Array.isArray(keyPoints) || keyPoints.length === 0) return null;
  return [
    element('h3', {}, 'Key points'),
    element('ul', {}, ...keyPoints.map((point) => element('li', {}, String(point?.text ?? point)))),
  ];
}

/** @param {any} result */
function pickPart({ winnerId, reason, selectError }) {
  if (selectError) return element('p', { class: 'problem' }, `Nothing was chosen: ${selectError.message}`);
  if (!winnerId) return null;
  return element('p', { class: 'hint' }, element('b', {}, winnerId), reason ? `: ${reason}` : ' was chosen.');
}
