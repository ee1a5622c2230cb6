// @ts-check
/** Aborted runs leave nothing behind: no timer, no open request, no growing core. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { ParallelAgent } from 'parallelization-agent';
import { after, respond, startModelServer } from './model-server.mjs';

const subtasks = ['hangs', 'waits', 'needs'].map((content) => ({
  id: content,
  content,
  dependencies: content === 'needs' ? ['hangs'] : [],
}));

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc');

/** Timers that keep the process alive. */
const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;

/** The core's memory, whose buffers are the only large ones here. */
const memories = watchMemories();

function watchMemories() {
  /** @type {WeakRef<WebAssembly.Memory>[]} */
  const list = [];
  const web = /** @type {any} */ (WebAssembly);
  const { instantiate } = web;
  web.instantiate = async (/** @type {unknown[]} */ ...args) => {
    const made = await instantiate.apply(web, args);
    list.push(new WeakRef((made.instance ?? made).exports.memory));
    return made;
  };
  return () => list.reduce((sum, memory) => sum + (memory.deref()?.buffer.byteLength ?? 0), 0);
}

test('a thousand aborted runs leave no timer, no request and no larger core', {
  timeout: 120_000,
}, async (t) => {
  const server = await startModelServer(t, ({ content }, response) => {
    // One request hangs, and one is told to come again much later.
    if (content !== 'hangs') respond(response, 429, {}, { 'retry-after': '300' });
  });
  const before = timers();
  const abortedRuns = async (/** @type {number} */ count) => {
    for (let done = 0; done < count; done += 50) {
      const agent = new ParallelAgent({
        baseURL: server.baseURL,
        timeoutMs: 3_600_000,
        deadlineMs: 3_600_000,
      });
      const seen = server.requests.length;
      const runs = Array.from({ length: 50 }, () => agent.parallelProcess('t', subtasks));
      while (server.requests.length < seen + 8) await after(1);
      for (const run of runs) run.abort('enough');
      const outcomes = await Promise.allSettled(runs);
      assert.ok(outcomes.every(({ status }) => status === 'rejected'));
      // The core is told of objects that are gone when they are collected.
      collectGarbage();
      await after(0);
    }
  };
  await abortedRuns(200);
  const warm = memories();
  assert.ok(warm > 0, 'the core was seen');
  await abortedRuns(1000);
  while (server.open.now > 0) await after(1);
  assert.equal(timers(), before);
  assert.ok(memories() <= warm * 1.25, `the core grew from ${warm} to ${memories()} bytes`);
});
