// @ts-check
/** Ballots and their tally. */

import { element } from '../../dom/element.js';
import { plural } from '../../format.js';
import { meter } from './meter.js';

/** @param {any} result */
export function votesPart({ votes, tally, agreement, callsSaved, reason, winner }) {
  if (!Array.isArray(votes)) return null;
  /** @type {{ answer: string, votes: number, weight: number }[]} */
  const rows = tally ?? [];
  const sum = rows.reduce((total, { weight }) => total + weight, 0) || 1;
  const notes = [
    typeof agreement === 'number' && `${Math.round(agreement * 100)} % agree`,
    callsSaved > 0 && `${plural(callsSaved, 'call')} saved, since the lead could not be overtaken`,
    typeof reason === 'string' && reason,
  ].filter(Boolean);
  return element(
    'div',
    { class: 'votes' },
    element('p', { class: 'winner' }, winner ?? 'No winner'),
    ...rows.map(({ answer, weight }, index) =>
      meter(answer, weight / sum, plural(weight, 'vote'), index === 0 ? 'first' : ''),
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
