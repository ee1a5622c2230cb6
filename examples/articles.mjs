// @ts-check
/**
 * The same done to each article of a stream, which is read no faster than its articles are worked
 * off.
 */

import { pathToFileURL } from 'node:url';
import { batch } from 'parallelization-agent';

export const about = 'A batch of articles, summarised as they come';

const articles = {
  bees: 'Wild bees in cities find more kinds of flowers than in fields, and their nests more kinds of holes.',
  trams:
    'A town of 80,000 built a tram line for the price of three roundabouts and counts 9,000 riders a day.',
  bread:
    'Bakers who let dough rest overnight use half the yeast. Their customers say that it tastes of more.',
  ink: 'A library found that its oldest ink had eaten through the paper, and its cheapest had faded only.',
  wells: 'Villages that charge a coin for water mend their pumps in days; those that do not, in months.',
  owls: 'An owl box at each end of a vineyard replaced poison against mice in two seasons.',
};

async function* feed() {
  for (const [id, content] of Object.entries(articles)) yield { id, content };
}

/**
 * @param {import('parallelization-agent').AgentOptions &
 *   import('parallelization-agent').BatchOptions} [options]
 */
export function run(options) {
  return batch(feed(), {
    instructions: 'Summarise the article in one short sentence.',
    window: 4,
    ...options,
  });
}

/** @param {import('parallelization-agent').RunResult} result */
export function print({ results, metadata }) {
  for (const { taskId, status, result } of results) console.log(`${taskId}: ${result ?? status}`);
  console.log(`\n${metadata.completedTasks} articles, at most ${metadata.maxConcurrency} at once`);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) print(await run());
