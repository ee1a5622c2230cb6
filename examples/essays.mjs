// @ts-check
/** Essays graded by several criteria: all essays and all criteria at once, within the limits of one agent. */

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
 * @param {import('parallelization-agent').AgentOptions} [options]
 * @returns {Promise<Record<string, import('parallelization-agent').EvaluateResult>>} by the essays' names
 */
export async function run(options) {
  const agent = new ParallelAgent(options);
  const graded = Object.entries(essays).map(async ([name, essay]) => [
    name,
    await agent.evaluate(essay, criteria),
  ]);
  return Object.fromEntries(await Promise.all(graded));
}

/** @param {Awaited<ReturnType<typeof run>>} graded */
export function print(graded) {
  for (const [name, { scores, total }] of Object.entries(graded)) {
    const marks = Object.entries(scores).map(([criterion, score]) => `${criterion} ${score ?? '?'}`);
    console.log(`${name}: ${total === null ? 'not all scores' : total.toFixed(1)} (${marks.join(', ')})`);
  }
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) print(await run());
