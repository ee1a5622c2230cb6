// @ts-check
/** What a run came to: one part for each thing that a pattern's result has. */

import { element } from '../../dom/element.js';
import { Markdown } from '../../dom/markdown.js';
import { levelsPart } from './levels.js';
import { scoresPart } from './scores.js';
import { verdictsPart } from './verdicts.js';
import { votesPart } from './votes.js';

/** @type {((result: any) => HTMLElement | null)[]} */
const parts = [verdictsPart, votesPart, pickPart, scoresPart, levelsPart, keyPointsPart];

export class Outcome {
  #text = element('div', { class: 'answer lead' });
  #markdown = new Markdown(this.#text);
  #parts = element('div', { class: 'parts' });
  #title = element('h2', {}, 'Put together');
  element = element(
    'section',
    { class: 'outcome', 'aria-label': 'Result' },
    this.#title,
    this.#parts,
    this.#text,
  );
  #shownText = '';
  /** @type {any} */
  #shownResult = null;
  #drawnAt = 0;

  /** @param {import('../../run/session.js').Session} session */
  draw({ record, result }) {
    const outcome = result ?? record.result;
    const text = textOf(outcome) ?? proseOf(record.ownSummary?.text ?? '');
    if (outcome !== this.#shownResult) {
      this.#shownResult = outcome;
      this.#parts.replaceChildren(...parts.flatMap((part) => (outcome && part(outcome)) || []));
      this.#title.hidden = typeof outcome?.summary !== 'string';
    }
    const due = outcome || performance.now() - this.#drawnAt > 120;
    if (text !== this.#shownText && due) {
      this.#shownText = text;
      this.#drawnAt = performance.now();
      this.#markdown.show(text);
    }
    this.element.hidden = text === '' && this.#parts.childElementCount === 0;
  }
}

/**
 * Where the pattern asked for a form, there is nothing to show before it is complete.
 * @param {string} text
 */
function proseOf(text) {
  return text.trimStart().startsWith('{') ? '' : text;
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
  return element(
    'div',
    { class: 'key-points' },
    element('h3', {}, 'Key points'),
    element('ul', {}, ...keyPoints.map((point) => element('li', {}, String(point?.text ?? point)))),
  );
}

/** @param {any} result */
function pickPart({ winnerId, reason, selectError }) {
  if (selectError) return element('p', { class: 'problem' }, `Nothing was chosen: ${selectError.message}`);
  if (!winnerId) return null;
  return element('p', { class: 'hint' }, element('b', {}, winnerId), reason ? `: ${reason}` : ' was chosen.');
}
