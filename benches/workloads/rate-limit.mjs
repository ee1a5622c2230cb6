// @ts-check
/**
 * Twice as many calls as the server lets in within a minute: the second half has to wait for the
 * second minute. Nobody can be done before that minute begins, and whoever sends too early is
 * refused.
 */

import { prompts } from '../prompts.mjs';
import { timed } from '../statistics.mjs';

const minute = { requests: 300, windowMs: 60_000 };

/** @type {import('../workload.mjs').Workload} */
export const workload = {
  name: 'rate-limit',
  title: '600 calls at 300 a minute',
  contenders: [
    ['parallelization-agent', 'parallelization-agent, told', { requestsPerMinute: minute.requests }],
    ['parallelization-agent', 'parallelization-agent, not told', {}],
    ['p-queue', 'p-queue, told', { requestsPerMinute: minute.requests }],
    'openai',
    'ai-sdk',
    'langchain',
  ],
  size: { calls: 600 },
  tiny: { calls: 6 },
  columns: { answered: 'answered', refused: '429s', seconds: 'seconds', share: 'of the limit used' },
  limit: minute,
  together: true,
  withSeen: ({ wallMs, answered, floorMs }, { refused }) => ({
    answered,
    refused,
    seconds: wallMs / 1000,
    share: answered === workload.size.calls ? floorMs / wallMs : 0,
  }),
};

/** @param {import('../workload.mjs').Task} task */
export async function measure({ baseURL, size, load, options }) {
  /** @type {{ fanOut: import('../contenders.mjs').FanOut }} */
  const { fanOut } = await load();
  const questions = prompts(size.calls, 'latency=50');
  let answered = 0;
  const { wallMs } = await timed(async () => {
    try {
      const texts = await fanOut(questions, { baseURL, concurrency: 64, ...options });
      answered = texts.filter(Boolean).length;
    } catch {
      // One call that fails for good takes a `Promise.all` down.
    }
  });
  const waits = Math.ceil(size.calls / minute.requests) - 1;
  return { wallMs, answered, floorMs: waits * minute.windowMs };
}
