// @ts-check
/**
 * Random graphs of tasks that take unequally long. No run can be over before its critical path is,
 * nor before its slots have done all the work: the makespan is told as a multiple of the greater of
 * the two.
 */

import { random } from '../random.mjs';

/** @type {import('../workload.mjs').Workload} */
export const workload = {
  name: 'graphs',
  title: '20 random graphs of 48 tasks',
  contenders: ['parallelization-agent', 'first-come', 'levels', 'langgraph'],
  size: { graphs: 20, tasks: 48, concurrency: 8, scaleMs: 1 },
  tiny: { graphs: 1, tasks: 6, concurrency: 2, scaleMs: 0.05 },
  columns: { limited: 'makespan ÷ bound, 8 at a time', unlimited: 'makespan ÷ bound, no limit' },
  together: true,
};

/** @param {import('../workload.mjs').Task} task */
export async function measure({ baseURL, size, load }) {
  /** @type {{ graph: import('../contenders.mjs').RunGraph }} */
  const { graph } = await load();
  const sums = { limited: 0, unlimited: 0 };
  for (let seed = 1; seed <= size.graphs; seed += 1) {
    const tasks = randomGraph(seed, size);
    for (const [name, concurrency] of Object.entries({ limited: size.concurrency, unlimited: size.tasks })) {
      const startedAt = performance.now();
      await graph(
        tasks.map(({ latencyMs, ...task }) => task),
        { baseURL, concurrency },
      );
      const ratio = (performance.now() - startedAt) / bound(tasks, concurrency);
      sums[/** @type {keyof typeof sums} */ (name)] += ratio / size.graphs;
    }
  }
  return sums;
}

/** @typedef {import('../contenders.mjs').GraphTask & { latencyMs: number }} TimedTask */

/**
 * Up to three dependencies among the dozen tasks before; a third of the tasks are slow.
 * @param {number} seed
 * @param {{ tasks: number, scaleMs: number }} size
 * @returns {TimedTask[]}
 */
function randomGraph(seed, { tasks: count, scaleMs }) {
  const chance = random(seed);
  const upTo = (/** @type {number} */ most) => Math.floor(chance() * most);
  return Array.from({ length: count }, (_, index) => {
    const reach = Math.min(index, 12);
    const needs = Array.from({ length: Math.min(upTo(4), reach) }, () => `t${index - 1 - upTo(reach)}`);
    const latencyMs = Math.ceil(scaleMs * (chance() < 1 / 3 ? 200 + upTo(400) : 20 + upTo(130)));
    return {
      id: `t${index}`,
      content: `Do it, latency=${latencyMs}`,
      dependencies: [...new Set(needs)],
      latencyMs,
    };
  });
}

/**
 * @param {TimedTask[]} tasks
 * @param {number} concurrency
 */
function bound(tasks, concurrency) {
  /** @type {Map<string, number>} */
  const ends = new Map();
  for (const { id, dependencies, latencyMs } of tasks)
    ends.set(id, latencyMs + Math.max(0, ...dependencies.map((need) => ends.get(need) ?? 0)));
  const work = tasks.reduce((sum, { latencyMs }) => sum + latencyMs, 0);
  return Math.max(...ends.values(), work / concurrency);
}
