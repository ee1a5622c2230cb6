// @ts-check
/**
 * One announcement as a newspaper, a journal and a social network would see it, and a synthesis of
 * the three.
 */

import { pathToFileURL } from 'node:url';
import { perspectives } from 'parallelization-agent';

export const about = 'News, academic and social perspectives on one text, with a synthesis';

const announcement = `A city replaced the street lamps of one district with dimmable ones. In the year after, moths at
the lamps fell by a third, and so did the bill; residents reported no more accidents than before.`;

const audiences = {
  news: 'You edit a daily newspaper. Say in two sentences what readers need to know.',
  academic: 'You review for a journal. Say in two sentences what the evidence shows and what it does not.',
  social: 'You write for a social network. Say it in one sentence that people would share.',
};

/** @param {import('parallelization-agent').AgentOptions} [options] */
export function run(options) {
  return perspectives(announcement, audiences, options);
}

/** @param {import('parallelization-agent').ProcessResult} result */
export function print({ results, summary }) {
  for (const { taskId, status, result } of results) console.log(`${taskId}: ${result ?? status}\n`);
  console.log(`Synthesis: ${summary}`);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) print(await run());
