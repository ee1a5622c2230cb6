// @ts-check
/**
 * `complete`: the caller's own function in place of a provider, and what it is told when nobody
 * needs its answer.
 */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ParallelAgent, parallelProcess } from 'parallelization-agent';
import { after } from './model-server.mjs';

const one = [{ id: 'a', content: 'x' }];

/** A generator that speaks once and then waits, and notes how it ends. */
function speaker() {
  /** @type {string[]} */
  const log = [];
  /** @type {import('parallelization-agent').CompleteFunction} */
  async function* complete(_, { signal }) {
    signal.addEventListener('abort', () => log.push(signal.reason.name));
    try {
      yield 'first ';
      while (!signal.aborted) await after(5);
      yield 'never heard';
      log.push('went on');
    } finally {
      log.push('finally');
    }
  }
  return { complete, log };
}

/** @param {string[]} log */
async function ended(log) {
  while (!log.includes('finally')) await after(1);
}

test('a time-out ends the generator: its `finally` runs', async () => {
  const { complete, log } = speaker();
  const run = parallelProcess('t', one, { complete, timeoutMs: 30, maxRetries: 0 });
  await assert.rejects(run, (/** @type {any} */ error) => error.results[0].error.code === 'TIMEOUT');
  await ended(log);
  assert.deepEqual(log, ['TimeoutError', 'finally']);
});

test('an abort ends the generator', async () => {
  const { complete, log } = speaker();
  const run = parallelProcess('t', one, { complete });
  await after(20);
  run.abort();
  await assert.rejects(run, { name: 'AbortError' });
  await ended(log);
  assert.deepEqual(log, ['AbortError', 'finally']);
});

test('a generator that comes to its end is not told to stop', async () => {
  /** @type {string[]} */
  const log = [];
  const iterator = {
    pieces: ['all ', 'of it'],
    async next() {
      const value = this.pieces.shift();
      return value === undefined ? { done: true } : { done: false, value };
    },
    async return() {
      log.push('return');
      return { done: true };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
  const complete = (/** @type {any} */ _, /** @type {{ signal: AbortSignal }} */ { signal }) => {
    signal.addEventListener('abort', () => log.push('aborted'));
    return /** @type {any} */ (iterator);
  };
  const { results } = await parallelProcess('t', one, { complete, aggregate: false });
  assert.equal(results[0].result, 'all of it');
  assert.deepEqual(log, []);
});

test('what goes wrong in the clearing-up of a generator nobody waits for is nobody’s trouble', async (t) => {
  /** @type {unknown[]} */
  const unhandled = [];
  const note = (/** @type {unknown} */ reason) => unhandled.push(reason);
  process.on('unhandledRejection', note);
  t.after(() => process.off('unhandledRejection', note));
  const broken = [
    { return: async () => Promise.reject(new Error('late')) },
    {
      return() {
        throw new Error('at once');
      },
    },
    { return: 'no function' },
    {},
  ];
  for (const ending of broken) {
    const iterator = { next: () => new Promise(() => {}), ...ending };
    const complete = () => /** @type {any} */ ({ [Symbol.asyncIterator]: () => iterator });
    const run = parallelProcess('t', one, { complete, timeoutMs: 10, maxRetries: 0 });
    await assert.rejects(run, (/** @type {any} */ error) => error.results[0].error.code === 'TIMEOUT');
  }
  await after(20);
  assert.deepEqual(unhandled, []);
});

test('each function has limits of its own, and the same in all runs of an agent', async () => {
  const agent = new ParallelAgent({ requestsPerMinute: 2, aggregate: false, deadlineMs: 300 });
  const two = ['a', 'b'].map((id) => ({ id, content: 'x' }));
  const [first, second] = [async () => 'one', async () => 'two'];
  assert.equal((await agent.parallelProcess('t', two, { complete: first })).metadata.completedTasks, 2);
  assert.equal((await agent.parallelProcess('t', two, { complete: second })).metadata.completedTasks, 2);
  await assert.rejects(agent.parallelProcess('t', two, { complete: first }), { code: 'DEADLINE_EXCEEDED' });
});
