// @ts-check
/**
 * Three agents, of which one fails twice and then gets through, and one fails for good: the run
 * keeps what it has. The failures are made here, on the way to the model, since models do not fail
 * when they are asked to.
 */

import { pathToFileURL } from 'node:url';
import { parallelProcess } from 'parallelization-agent';

export const about = 'Agents that fail: retries, and the partial result “2/3 successful”';

const agents = [
  { id: 'reliable', content: 'Name a use of moonlight.' },
  { id: 'flaky', content: 'Name a use of lamplight.', headers: { 'x-agent': 'flaky' } },
  { id: 'broken', content: 'Name a use of darkness.', headers: { 'x-agent': 'broken' } },
];

/** @param {import('parallelization-agent').AgentOptions} [options] */
export function run({ fetch: send = fetch, ...options } = {}) {
  let failures = 0;
  return parallelProcess('Collect uses of light', agents, {
    ...options,
    fetch: async (url, init) => {
      const agent = new Headers(init.headers).get('x-agent');
      if (agent === 'broken') return refusal(400, 'This agent is broken.');
      if (agent === 'flaky' && ++failures <= 2) return refusal(503, 'Out of order.');
      return send(url, init);
    },
  });
}

/**
 * @param {number} status
 * @param {string} message
 */
function refusal(status, message) {
  return Response.json({ error: { message } }, { status, headers: { 'retry-after-ms': '100' } });
}

/** @param {import('parallelization-agent').ProcessResult} result */
export function print({ results, summary, metadata }) {
  for (const { taskId, status, result, error, metadata: task } of results) {
    console.log(`${taskId}: ${status} at attempt ${task.attempts}: ${result ?? error?.message}`);
  }
  console.log(`\n${metadata.completedTasks}/${metadata.totalTasks} successful, ${metadata.retries} retries`);
  console.log(`Summary of these: ${summary}`);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) print(await run());
