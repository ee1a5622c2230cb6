// @ts-check
/** Three architects look at one design, each for what the others are not asked about. */

import { pathToFileURL } from 'node:url';
import { perspectives } from 'parallelization-agent';

export const about = 'Three architects on one design';

const design = `A shop sells tickets. One server keeps the seats in memory and writes them to a database every minute.
Ten thousand people come in the first minute of a sale.`;

const architects = [
  {
    name: 'scale',
    instructions: 'You are an architect who asks first what happens under load. Two sentences.',
  },
  {
    name: 'safety',
    instructions: 'You are an architect who asks first what can be lost or stolen. Two sentences.',
  },
  {
    name: 'simplicity',
    instructions: 'You are an architect who asks first what can be left out. Two sentences.',
  },
];

/** @param {import('parallelization-agent').AgentOptions} [options] */
export function run(options) {
  return perspectives(design, architects, {
    ...options,
    aggregate: {
      instructions: 'You decide. Weigh what the architects say and name the first thing to change.',
    },
  });
}

/** @param {import('parallelization-agent').ProcessResult} result */
export function print({ results, summary }) {
  for (const { taskId, status, result } of results) console.log(`${taskId}: ${result ?? status}\n`);
  console.log(`Decision: ${summary}`);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) print(await run());
