// @ts-check
/**
 * Items a second where each answer is there at once: what one more item costs, however many there
 * are.
 */

/** @type {import('../workload.mjs').Workload} */
export const workload = {
  name: 'items',
  title: 'Items a second, each answered at once, 64 at a time',
  contenders: [
    'p-limit',
    ['parallelization-agent', 'an array, results kept', { form: 'array' }],
    ['parallelization-agent', 'an array, results handed over', { form: 'handed-over' }],
    ['parallelization-agent', 'a generator, results kept', { form: 'generator' }],
    ['parallelization-agent', 'a generator, results read one by one', { form: 'read' }],
    ['parallelization-agent', 'a graph', { form: 'graph' }],
  ],
  size: { thousand: 1_000, tenThousand: 10_000, hundredThousand: 100_000, million: 1_000_000 },
  tiny: { thousand: 3, tenThousand: 4, hundredThousand: 5, million: 6 },
  columns: { thousand: '1,000', tenThousand: '10,000', hundredThousand: '100,000', million: '1,000,000' },
  rounds: 1,
  fresh: true,
};

/** @param {import('../workload.mjs').Task} task */
export async function measure({ size, options, load }) {
  /** @type {{ items: import('../contenders.mjs').Items }} */
  const { items } = await load();
  const form = options?.form;
  await items(100, form);
  /** @type {import('../statistics.mjs').Sample} */
  const sample = {};
  for (const [name, count] of Object.entries(size)) {
    globalThis.gc?.();
    const startedAt = performance.now();
    const answered = await items(count, form);
    if (answered !== count) throw new Error(`${answered} of ${count} items were answered`);
    sample[name] = (count / (performance.now() - startedAt)) * 1_000;
  }
  return sample;
}
