// @ts-check
/**
 * Three translators work on one sentence at the same time, and a picker takes the best of what they
 * wrote.
 */

import { pathToFileURL } from 'node:url';
import { voting } from 'parallelization-agent';

export const about = 'Three translators, and a picker of the best translation';

const voters = [
  { id: 'literal', instructions: 'You translate word for word where the language allows it.' },
  { id: 'idiomatic', instructions: 'You translate as a native speaker would say it.' },
  { id: 'poetic', instructions: 'You translate for rhythm and sound.' },
];

/** @param {import('parallelization-agent').AgentOptions} [options] */
export function run(options) {
  return voting('Translate into French: The early bird catches the worm.', {
    ...options,
    voters,
    select: 'judge',
    judge: 'You are an editor who has read both languages all your life.',
  });
}

/** @param {import('parallelization-agent').VotingResult} result */
export function print({ votes, winner, reason, selectError }) {
  for (const { voter, answer, status } of votes) console.log(`${voter}: ${answer ?? status}`);
  if (winner === null)
    console.log(`\nNone was picked: ${selectError?.message ?? 'the picker could not decide'}`);
  else console.log(`\nPicked: ${winner}\nReason: ${reason ?? 'none given'}`);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) print(await run());
