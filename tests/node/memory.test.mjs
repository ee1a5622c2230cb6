// @ts-check
/** What the core's memory holds of a run that keeps its results. It never gets smaller. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { execScript } from './exec-script.mjs';

/**
 * How much the memory of the core grew for each of 10,000 results of a run.
 * @param {string} run
 */
async function bytesEach(run) {
  const program = `
    const memories = [];
    const { instantiate } = WebAssembly;
    WebAssembly.instantiate = async (...args) => {
      const made = await instantiate.apply(WebAssembly, args);
      memories.push((made.instance ?? made).exports.memory);
      return made;
    };
    const { batch, parallelProcess } = await import('parallelization-agent');
    // Node has WebAssembly of its own, which stays small.
    const size = () => Math.max(...memories.map(({ buffer }) => buffer.byteLength));
    await batch(['a'], { complete: () => 'x' });
    const before = size();
    const inputs = Array.from({ length: 10_000 }, (_, index) => 'Input ' + index);
    const options = { complete: () => 'An answer of a few words.', aggregate: false };
    const { results } = await ${run};
    console.log((size() - before) / results.length);
  `;
  // In a process of its own, whose events nobody follows: these are kept for those who come late.
  const env = { ...process.env, NODE_OPTIONS: '' };
  return Number(await execScript(program, { env }));
}

test('a kept result takes up little more than its row, until it is handed over', async () => {
  const each = await bytesEach('batch(inputs, options)');
  // It was twice as much when all results were made into one value before they left.
  assert.ok(each > 0 && each < 1_500, `${each} bytes for each result`);
});

test('a task of a graph takes up little more than its row: few of those that wait are at hand', async () => {
  const each = await bytesEach(
    "parallelProcess('t', inputs.map((content, index) => ({ id: 't' + index, content })), options)",
  );
  // It was 3,000 when each task that waited had the room of a whole call.
  assert.ok(each > 0 && each < 1_500, `${each} bytes for each task`);
});
