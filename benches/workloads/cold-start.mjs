// @ts-check
/**
 * From the import of a package to its first request on the wire, in a process that has just begun.
 */

import { clients } from '../contenders.mjs';
import { prompts } from '../prompts.mjs';

/** @type {import('../workload.mjs').Workload} */
export const workload = {
  name: 'cold-start',
  title: 'From import to the first request',
  contenders: [...clients, 'bare-fetch'],
  size: {},
  tiny: {},
  columns: { requestMs: 'to the request, ms', cpuMs: 'processor, ms' },
  warmups: 2,
  fresh: true,
  withSeen: ({ startedAtMs, cpuMs }, { firstAtMs }) => ({
    requestMs: (firstAtMs ?? Number.NaN) - startedAtMs,
    cpuMs,
  }),
};

/** @param {import('../workload.mjs').Task} task */
export async function measure({ baseURL, load }) {
  const cpu = process.cpuUsage();
  const startedAtMs = performance.timeOrigin + performance.now();
  /** @type {{ fanOut: import('../contenders.mjs').FanOut }} */
  const { fanOut } = await load();
  await fanOut(prompts(1), { baseURL, concurrency: 1 });
  const { user, system } = process.cpuUsage(cpu);
  return { startedAtMs, cpuMs: (user + system) / 1000 };
}
