// @ts-check
/** What the core's memory holds of a run that keeps its results. It never gets smaller. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { batch } from 'parallelization-agent';

test('a kept result takes up little more than its row, until it is handed over', async (t) => {
  /** @type {WebAssembly.Memory[]} */
  const memories = [];
  const web = /** @type {any} */ (WebAssembly);
  const { instantiate } = web;
  web.instantiate = async (/** @type {unknown[]} */ ...args) => {
    const made = await instantiate.apply(web, args);
    memories.push((made.instance ?? made).exports.memory);
    return made;
  };
  t.after(() => {
    web.instantiate = instantiate;
  });
  const items = 10_000;
  await batch(['a'], { complete: () => 'x' });
  const [memory] = memories;
  const before = memory.buffer.byteLength;
  const inputs = Array.from({ length: items }, (_, index) => `Input ${index}`);
  const { results } = await batch(inputs, { complete: () => 'An answer of a few words.' });
  assert.equal(results.length, items);
  const each = (memory.buffer.byteLength - before) / items;
  // It was twice as much when all results were made into one value before they left.
  assert.ok(each < 1_500, `${each} bytes for each result`);
});
