// @ts-check
/**
 * What fifty short documents have in common: each is read by itself, and the readings are merged in
 * a tree.
 */

import { pathToFileURL } from 'node:url';
import { mapReduce } from 'parallelization-agent';

export const about = 'The themes of fifty short documents';

const complaints = ['was late', 'was dirty', 'was too full', 'cost too much', 'left early'];
const places = [
  'bus',
  'train',
  'ferry',
  'tram',
  'lift',
  'ticket office',
  'night bus',
  'cable car',
  'taxi',
  'café',
];

const documents = places.flatMap((place, row) =>
  complaints.map((complaint, column) => ({
    id: `letter-${row * complaints.length + column + 1}`,
    content: `Dear transport office, the ${place} ${complaint} on day ${row + 1} of the month.`,
  })),
);

/** @param {import('parallelization-agent').AgentOptions} [options] */
export function run(options) {
  return mapReduce(documents, {
    map: 'Name the theme of this letter in one to three words.',
    reduce: 'Merge these themes into one list, the most frequent first, without repeating any.',
    fanIn: 10,
    ...options,
  });
}

/** @param {import('parallelization-agent').MapReduceResult} result */
export function print({ summary, levels, failedDocuments, metadata }) {
  console.log(`Themes: ${summary}`);
  console.log(
    `\n${metadata.totalTasks} tasks, reduced in ${levels} levels; not read: ${failedDocuments.length}`,
  );
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) print(await run());
