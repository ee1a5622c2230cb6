// @ts-check
/** Waits that are longer than any one timer of the host can run. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { complete, respond, startModelServer } from './model-server.mjs';

/** Beyond 2³¹ milliseconds `setTimeout` fires at once. */
const longestMs = 2 ** 31 - 1;
const monthMs = 30 * 86_400_000;

test('a month is waited for in full', async (t) => {
  let shiftMs = 0;
  const { now } = performance;
  t.mock.method(performance, 'now', () => now.call(performance) + shiftMs);
  /** @type {number[]} */
  const delays = [];
  const { setTimeout: set } = globalThis;
  // Days pass in no time; what is shorter takes its time.
  const skip = (/** @type {() => void} */ callback, /** @type {number} */ ms) => {
    if (!(ms > 86_400_000)) return set(callback, ms);
    delays.push(ms);
    return set(() => {
      shiftMs += ms;
      callback();
    }, 0);
  };
  t.mock.method(globalThis, 'setTimeout', skip);
  /** @type {number[]} */
  const times = [];
  const server = await startModelServer(t, ({ index }, response) => {
    times.push(performance.now());
    if (index === 0) respond(response, 429, {}, { 'retry-after': String(monthMs / 1000) });
    else complete(response, 'well');
  });
  // It takes the timers that it finds.
  const { parallelProcess } = await import('parallelization-agent');
  const { results } = await parallelProcess('t', [{ id: 'a', content: 'x' }], {
    baseURL: server.baseURL,
    aggregate: false,
    maxWaitMs: monthMs,
  });
  assert.equal(results[0].result, 'well');
  assert.ok(times[1] - times[0] >= monthMs, `waited ${times[1] - times[0]} ms`);
  assert.ok(delays.length > 1 && delays.every((ms) => ms <= longestMs), `timers of ${delays} ms`);
});
