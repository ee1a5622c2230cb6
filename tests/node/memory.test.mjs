// @ts-check
/** What the core's memory holds of a run that keeps its results. It never gets smaller. */

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { promisify } from 'node:util';

/** Prints how much the memory of the core grew for each result. */
const program = `
  const memories = [];
  const { instantiate } = WebAssembly;
  WebAssembly.instantiate = async (...args) => {
    const made = await instantiate.apply(WebAssembly, args);
    memories.push((made.instance ?? made).exports.memory);
    return made;
  };
  const { batch } = await import('parallelization-agent');
  // Node has WebAssembly of its own, which stays small.
  const size = () => Math.max(...memories.map(({ buffer }) => buffer.byteLength));
  await batch(['a'], { complete: () => 'x' });
  const before = size();
  const inputs = Array.from({ length: 10_000 }, (_, index) => 'Input ' + index);
  const { results } = await batch(inputs, { complete: () => 'An answer of a few words.' });
  console.log((size() - before) / results.length);
`;

test('a kept result takes up little more than its row, until it is handed over', async () => {
  // In a process of its own, whose events nobody follows: these are kept for those who come late.
  const env = { ...process.env, NODE_OPTIONS: '' };
  const flags = ['--input-type=module', '--eval', program];
  const { stdout } = await promisify(execFile)(process.execPath, flags, { env });
  const each = Number(stdout);
  // It was twice as much when all results were made into one value before they left.
  assert.ok(each > 0 && each < 1_500, `${stdout} bytes for each result`);
});
