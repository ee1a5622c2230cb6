// @ts-check
/**
 * A server that is slow once in twenty calls: what a twin of each slow call saves, and what it
 * costs.
 */

import { prompts } from '../prompts.mjs';
import { quantile } from '../statistics.mjs';

/** @type {import('../workload.mjs').Workload} */
export const workload = {
  name: 'hedging',
  title: '1,000 calls of 30 ms, of which 5 % take 600 ms',
  contenders: [
    ['parallelization-agent', 'not hedged', {}],
    ['parallelization-agent', '`hedge: { percentile: 90 }`', { hedge: { percentile: 90 } }],
    ['parallelization-agent', '`hedge: { afterMs: 60 }`', { hedge: { afterMs: 60 } }],
  ],
  size: { calls: 1000, usualMs: 30, slowMs: 600 },
  tiny: { calls: 10, usualMs: 1, slowMs: 10 },
  columns: { p50: 'p50, ms', p99: 'p99, ms', calls: 'calls sent' },
  withSeen: (sample, { requests }) => ({ ...sample, calls: requests }),
};

/** @param {import('../workload.mjs').Task} task */
export async function measure({ baseURL, size, load, options }) {
  /** @type {{ durations: (prompts: string[], world: object) => Promise<number[]> }} */
  const { durations } = await load();
  const questions = prompts(size.calls, `tail=${size.usualMs}:${size.slowMs}:0.05`);
  const all = await durations(questions, { baseURL, concurrency: 32, ...options });
  return { p50: quantile(all, 0.5), p99: quantile(all, 0.99) };
}
