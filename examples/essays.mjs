// @ts-check
/**
 * Essays graded by several criteria: all essays and all criteria at once, within the limits of one
 * agent.
 */

import { pathToFileURL } from 'node:url';
import { ParallelAgent } from 'parallelization-agent';

export const about = 'Essays, each graded by three criteria';

const essays = {
  lighthouses: `Lighthouses are useless now, people say, since ships know where they are. But a lamp needs no satellite.
In 2017 some twenty ships off Novorossiysk were told that they lay at an airport. They looked out of the window.`,
  homework: 'Homework is bad. Everyone knows that. I do not like it and my friends do not like it either.',
  walking: `To walk is to read a town at the speed at which it was written. Cars skim. Whoever wants to know why a street
bends must follow it at four kilometres an hour, as the cow did.`,
};

const criteria = [
  { name: 'argument', description: 'Are there reasons, and do they bear the claim?', weight: 2 },
  { name: 'evidence', description: 'Are there facts that one could check?' },
  { name: 'style', description: 'Is it a pleasure to read?' },
];

/**
 * @typedef {import('parallelization-agent').EvaluateResult} Grade
 * @typedef {import('parallelization-agent').ParallelError} Failure
 */

/**
 * @param {import('parallelization-agent').AgentOptions} [options]
 * @returns {Promise<Record<string, Grade | Failure>>} by the essays' names
 */
export async function run(options) {
  const agent = new ParallelAgent(options);
  const graded = Object.entries(essays).map(async ([name, essay]) => {
    // Without a single score the run rejects; the other essays have theirs.
    const grade = await agent.evaluate(essay, criteria).catch((/** @type {Failure} */ error) => error);
    return [name, grade];
  });
  return Object.fromEntries(await Promise.all(graded));
}

/** @param {Awaited<ReturnType<typeof run>>} graded */
export function print(graded) {
  for (const [name, grade] of Object.entries(graded)) console.log(`${name}: ${inWords(grade)}`);
}

/** @param {Grade | Failure} grade */
function inWords(grade) {
  if (grade instanceof Error) return `not graded: ${grade.message}`;
  const marks = Object.entries(grade.scores).map(([criterion, score]) => `${criterion} ${score ?? '?'}`);
  return `${grade.total?.toFixed(1) ?? 'not all scores'} (${marks.join(', ')})`;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) print(await run());
