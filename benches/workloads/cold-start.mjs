// @ts-check
/** From the import of a package to its first request on the wire, in a process that has just begun. */

/** @type {import('../workload.mjs').Workload} */
export const workload = {
  name: 'cold-start',
  title: 'From import to the first request',
  contenders: [
    'openai',
    'bare-fetch',
    'parallelization-agent',
    'ai-sdk',
    'langchain',
    'langgraph',
    'openai-agents',
  ],
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
  await fanOut(['Why do moths come to light?'], { baseURL, concurrency: 1 });
  const { user, system } = process.cpuUsage(cpu);
  return { startedAtMs, cpuMs: (user + system) / 1000 };
}
