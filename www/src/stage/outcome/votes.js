// @ts-check
/** Ballots and their tally. */

import { element } from '../../dom/element.js';
import { plural } from '../../format.js';
import { meter } from './meter.js';

/** @param {any} result */
export function votesPart({ votes, tally, agreement, callsSaved, reason, winner, totals = [] }) {
  if (!Array.isArray(votes)) return null;
  /** @type {{ answer: string, votes: number, weight: number }[]} */
  const rows = tally ?? [];
  /** @type {Map<string, number | null>} */
  const scores = new Map(totals.map((/** @type {any} */ { voter, total }) => [voter, total]));
  const sum = rows.reduce((total, { weight }) => total + weight, 0) || 1;
  const notes = [
    typeof agreement === 'number' && `${Math.round(agreement * 100)} % agree`,
    callsSaved > 0 && `${plural(callsSaved, 'call')} saved, since the lead could not be overtaken`,
  ].filter(Boolean);
  return element(
    'div',
    { class: 'votes' },
    element('p', { class: 'winner' }, winner ?? 'No winner'),
    typeof reason === 'string' && element('p', { class: 'hint' }, reason),
    ...rows.map(({ answer, weight }, index) =>
      meter(answer, weight / sum, plural(weight, 'vote'), index === 0 ? 'first' : ''),
    ),
    notes.length > 0 && element('p', { class: 'hint' }, `${notes.join(' · ')}.`),
    element(
      'ul',
      { class: 'ballots', 'aria-label': 'Ballots' },
      ...votes.map((vote) => ballot(vote, scores.get(vote.voter))),
    ),
  );
}

/**
 * @param {any} vote
 * @param {number | null} [score]  of 10, where answers were scored
 */
function ballot({ voter, answer, status, reasoning }, score) {
  const said = answer ?? status ?? 'no vote';
  return element(
    'li',
    { title: reasoning ?? false, 'data-status': status ?? false },
    element('b', {}, String(voter ?? '')),
    ' ',
    String(said),
    typeof score === 'number' && ` scored ${score}`,
  );
}
