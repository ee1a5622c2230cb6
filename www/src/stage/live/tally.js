// @ts-check
/**
 * A vote as it is counted: it ends as soon as the lead cannot be overtaken. Where its winner is
 * found otherwise, all are heard.
 */

import { element } from '../../dom/element.js';
import { plural } from '../../format.js';
import { meter } from '../outcome/meter.js';
import { field } from './field.js';

/** What comes after the ballots. @type {Record<string, string>} */
const next = {
  judge: 'a judge chooses among the answers',
  rubric: 'each answer is scored against the criteria',
};

/**
 * @param {import('../../run/record.js').RunRecord} record
 * @param {Record<string, any>} options
 */
export function tallyPart({ tasks }, { select }) {
  const voters = tasks.filter(({ isOwn }) => !isOwn);
  /** @type {Map<string, number>} */
  const tally = new Map();
  for (const { status, text } of voters) {
    if (status !== 'completed') continue;
    const answer = field(text, 'answer') ?? text.trim();
    tally.set(answer, (tally.get(answer) ?? 0) + 1);
  }
  const rows = [...tally].sort(([, a], [, b]) => b - a);
  const out = voters.filter(({ isOver }) => !isOver).length;
  return element(
    'div',
    { class: 'votes' },
    ...rows.map(([answer, votes], index) =>
      meter(answer, votes / voters.length, plural(votes, 'vote'), index === 0 ? 'first' : ''),
    ),
    element('p', { class: 'hint' }, next[select] ? thenNext(out, next[select]) : leadOf(rows, out)),
  );
}

/**
 * @param {number} out  ballots
 * @param {string} words
 */
function thenNext(out, words) {
  return out === 0 ? `All ballots are in: ${words}.` : `${plural(out, 'ballot')} still out, then ${words}.`;
}

/**
 * @param {[answer: string, votes: number][]} rows
 * @param {number} out  ballots
 */
function leadOf(rows, out) {
  const lead = (rows[0]?.[1] ?? 0) - (rows[1]?.[1] ?? 0);
  return rows.length > 0 && lead > out
    ? 'The lead cannot be overtaken any more: the others are not needed.'
    : `${plural(out, 'ballot')} still out, a lead of ${lead}.`;
}
