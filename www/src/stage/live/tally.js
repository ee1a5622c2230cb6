// @ts-check
/** A vote as it is counted: it ends as soon as the lead cannot be overtaken. */

import { element } from '../../dom/element.js';
import { plural } from '../../format.js';
import { meter } from '../outcome/meter.js';
import { field } from './field.js';

/** @param {import('../../run/record.js').RunRecord} record */
export function tallyPart({ tasks }) {
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
  const lead = (rows[0]?.[1] ?? 0) - (rows[1]?.[1] ?? 0);
  const decided = rows.length > 0 && lead > out;
  return element(
    'div',
    { class: 'votes' },
    ...rows.map(([answer, votes], index) =>
      meter(answer, votes / voters.length, plural(votes, 'vote'), index === 0 ? 'first' : ''),
    ),
    element(
      'p',
      { class: 'hint' },
      decided
        ? 'The lead cannot be overtaken any more: the others are not needed.'
        : `${plural(out, 'ballot')} still out, a lead of ${lead}.`,
    ),
  );
}
