// @ts-check
/** Many calls, some at a time, of a server that answers at once: what a call costs besides waiting. */

import { timed } from '../statistics.mjs';

/** @type {import('../workload.mjs').Workload} */
export const workload = {
  name: 'fan-out',
  title: '2,000 calls, 64 at a time',
  contenders: [
    'bare-fetch',
    'parallelization-agent',
    'p-limit',
    'p-queue',
    'openai',
    'ai-sdk',
    'langchain',
    'langgraph',
    'openai-agents',
    'levels',
  ],
  size: { calls: 2000, concurrency: 64 },
  tiny: { calls: 4, concurrency: 2 },
  columns: { wallMs: 'wall, ms', cpuMs: 'processor, ms' },
  warmups: 2,
};

/** @param {import('../workload.mjs').Task} task */
export async function measure({ baseURL, size, load }) {
  /** @type {{ fanOut: import('../contenders.mjs').FanOut }} */
  const { fanOut } = await load();
  const prompts = Array.from(
    { length: size.calls },
    (_, index) => `Question ${index}: why do moths come to light?`,
  );
  return timed(async () => {
    const texts = await fanOut(prompts, { baseURL, concurrency: size.concurrency });
    if (texts.length !== size.calls || !texts.every(Boolean)) throw new Error('Answers are missing');
  });
}
