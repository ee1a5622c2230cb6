// @ts-check
/** Calls that all go at once and take a while: everybody should be done after that while. */

import { everybody } from '../contenders.mjs';

/** @type {import('../workload.mjs').Workload} */
export const workload = {
  name: 'waiting',
  title: '200 calls of 50 ms each, all at once',
  contenders: everybody,
  size: { calls: 200, concurrency: 200, latencyMs: 50 },
  tiny: { calls: 4, concurrency: 4, latencyMs: 5 },
  columns: { wallMs: 'wall, ms', cpuMs: 'processor, ms' },
  warmups: 2,
};

export { measure } from './fan-out.mjs';
