// @ts-check
/** Ballots and their tally. */

import { element } from '../../dom/element.js';
import { plural } from '../../format.js';
import { meter } from './meter.js';

/** @param {any} result */
export function votesPart({ votes, tally, agreement, callsSaved, reason }) {
  if (!Array.isArray(votes)) return null;
  const rows = rowsOf(tally);
  const sum = rows.reduce((total, { weight }) => total + weight, 0) || 1;
  const notes = [
    typeof agreement === 'number' && `${Math.round(agreement * 100)} % agree`,
    callsSaved > 0 && `${plural(callsSaved, 'call')} saved, since the lead could not be overtaken`,
    typeof reason === 'string' && reason,
  ].filter(Boolean);
  return element(
    'div',
    { class: 'votes' },
    ...rows.map(({ answer, weight }, index) =>
      meter(answer, weight / sum, String(weight), index === 0 ? 'first' : ''),
    ),
    notes.length > 0 && element('p', { class: 'hint' }, `${notes.join(' · ')}.`),
    element('ul', { class: 'ballots', 'aria-label': 'Ballots' }, ...votes.map(ballot)),
  );
}

/** @param {any} vote */
function ballot({ voter, answer, status, reasoning }) {
  const said = answer ?? status ?? 'no vote';
  return element(
    'li',
    { title: reasoning ?? false, 'data-status': status ?? false },
    element('b', {}, String(voter ?? '')),
    ' ',
    String(said),
  );
}

/**
 * A tally comes as a list or as an object by answer.
 * @param {any} tally
 * @returns {{ answer: string, weight: number }[]}
 */
function rowsOf(tally) {
  const rows = Array.isArray(tally)
    ? tally.map((row) => ({
        answer: String(row.answer ?? ''),
        weight: Number(row.weight ?? row.votes ?? row.count ?? 0),
      }))
    : Object.entries(tally ?? {}).map(([answer, weight]) => ({ answer, weight: Number(weight) }));
  return rows.sort((a, b) => b.weight - a.weight);
}
