// @ts-check
/**
 * Many calls, some at a time, of a server that answers at once: what a call costs besides waiting.
 */

import { everybody } from '../contenders.mjs';
import { prompts } from '../prompts.mjs';
import { timed } from '../statistics.mjs';

/** @type {import('../workload.mjs').Workload} */
export const workload = {
  name: 'fan-out',
  title: '2,000 calls, 64 at a time',
  contenders: [...everybody, 'levels'],
  size: { calls: 2000, concurrency: 64, latencyMs: 0 },
  tiny: { calls: 4, concurrency: 2, latencyMs: 0 },
  columns: { wallMs: 'wall, ms', cpuMs: 'processor, ms' },
  warmups: 2,
};

/** @param {import('../workload.mjs').Task} task */
export async function measure({ baseURL, size, load }) {
  /** @type {{ fanOut: import('../contenders.mjs').FanOut }} */
  const { fanOut } = await load();
  const questions = prompts(size.calls, `latency=${size.latencyMs}`);
  return timed(async () => {
    const texts = await fanOut(questions, { baseURL, concurrency: size.concurrency });
    if (texts.length !== size.calls || !texts.every(Boolean)) throw new Error('Answers are missing');
  });
}
