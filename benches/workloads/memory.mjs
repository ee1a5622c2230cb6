// @ts-check
/**
 * What a task takes that waits for its slot, beside its prompt: JavaScript's heap and all
 * WebAssembly memory.
 */

import { setTimeout as delay } from 'node:timers/promises';
import { everybody } from '../contenders.mjs';
import { prompts } from '../prompts.mjs';

/** @type {import('../workload.mjs').Workload} */
export const workload = {
  name: 'memory',
  title: 'Memory of a task that waits',
  contenders: everybody,
  size: { few: 20_000, many: 100_000, settleMs: 1500 },
  tiny: { few: 20, many: 100, settleMs: 50 },
  columns: { few: 'bytes a task, 20,000 waiting', many: 'bytes a task, 100,000 waiting' },
  fresh: true,
};

/** @type {WebAssembly.Memory[]} */
const memories = [];
const { instantiate } = WebAssembly;
WebAssembly.instantiate = /** @type {any} */ (
  async (/** @type {[any, any]} */ ...args) => {
    const made = /** @type {any} */ (await instantiate(...args));
    const { memory } = (made.instance ?? made).exports;
    if (memory) memories.push(memory);
    return made;
  }
);

/** @param {import('../workload.mjs').Task} task */
export async function measure({ baseURL, size, load }) {
  /** @type {{ fanOut: import('../contenders.mjs').FanOut }} */
  const { fanOut } = await load();
  await fanOut(prompts(1), { baseURL, concurrency: 1 });
  const all = prompts(size.many, 'latency=3600000');
  const few = all.slice(0, size.few);
  const many = all.slice(size.few);
  const start = (/** @type {string[]} */ some) => {
    fanOut(some, { baseURL, concurrency: 8 }).catch(() => {});
    return delay(size.settleMs);
  };
  const before = bytesInUse();
  await start(few);
  const between = bytesInUse();
  await start(many);
  const after = bytesInUse();
  return { few: (between - before) / few.length, many: (after - before) / all.length };
}

function bytesInUse() {
  // What weak references hold goes only with the second look.
  for (let turn = 0; turn < 4; turn += 1) globalThis.gc?.();
  const { heapUsed } = process.memoryUsage();
  return heapUsed + memories.reduce((sum, { buffer }) => sum + buffer.byteLength, 0);
}
