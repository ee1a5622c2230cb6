// @ts-check
/** Calls that all go at once and take a while: everybody should be done after that while. */

import { timed } from '../statistics.mjs';

/** @type {import('../workload.mjs').Workload} */
export const workload = {
  name: 'waiting',
  title: '200 calls of 50 ms each, all at once',
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
  ],
  size: { calls: 200, latencyMs: 50 },
  tiny: { calls: 4, latencyMs: 5 },
  columns: { wallMs: 'wall, ms', cpuMs: 'processor, ms' },
  warmups: 2,
};

/** @param {import('../workload.mjs').Task} task */
export async function measure({ baseURL, size, load }) {
  /** @type {{ fanOut: import('../contenders.mjs').FanOut }} */
  const { fanOut } = await load();
  const prompts = Array.from(
    { length: size.calls },
    (_, index) => `Question ${index}, latency=${size.latencyMs}`,
  );
  return timed(() => fanOut(prompts, { baseURL, concurrency: size.calls }));
}
