// @ts-check
/** Much that could go on at once leaves the host its turns: its timers ring, and input is heard. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { batch, ParallelAgent, parallelProcess } from 'parallelization-agent';
import { after } from './model-server.mjs';

/**
 * Counts the turns of the host, until the test is over.
 * @param {import('node:test').TestContext} t
 */
function hostTurns(t) {
  const count = { turn: 0 };
  let next = setImmediate(function again() {
    count.turn += 1;
    next = setImmediate(again);
  });
  t.after(() => clearImmediate(next));
  return count;
}

test('answers that are there at once leave the host its timers', async () => {
  function* endless() {
    for (;;) yield 'x';
  }
  let ticks = 0;
  const timer = setInterval(() => {
    ticks += 1;
  }, 1);
  const options = { complete: () => 'at once', keepResults: false, signal: AbortSignal.timeout(400) };
  const { metadata } = await batch(endless(), options).then(
    () => assert.fail('it has no end'),
    (/** @type {any} */ error) => error,
  );
  clearInterval(timer);
  assert.ok(metadata.completedTasks > 0);
  assert.ok(ticks > 0, "no timer rang but the signal's");
});

test('thousands of calls that may all go at once begin over several turns of the host', async (t) => {
  const host = hostTurns(t);
  let turns = 0;
  const options = {
    complete: async () => {
      turns = host.turn;
      await after(1);
      return 'well';
    },
    concurrency: 10_000,
    aggregate: /** @type {const} */ (false),
  };
  const subtasks = Array.from({ length: 1_500 }, (_, index) => ({ id: `t${index}`, content: 'x' }));
  const { metadata } = await parallelProcess('t', subtasks, options);
  assert.equal(metadata.completedTasks, 1_500);
  assert.ok(turns > 2, `the host had ${turns} turns until the last of them began`);
});

test('thousands of runs that are started at once begin over several turns of the host', async (t) => {
  const host = hostTurns(t);
  const turns = new Set();
  /** @type {number[]} */
  const asked = [];
  const agent = new ParallelAgent({
    complete: async (/** @type {any} */ { messages }) => {
      asked.push(Number(messages.at(-1).content));
      return 'well';
    },
    concurrency: 10_000,
  });
  const onEvent = (/** @type {any} */ { type }) => {
    if (type === 'RUN_STARTED') turns.add(host.turn);
  };
  const runs = Array.from({ length: 1_000 }, (_, index) => agent.batch([`${index}`], { onEvent }));
  const late = agent.batch(['1000']);
  late.abort();
  await Promise.all([...runs, assert.rejects(late, { name: 'AbortError' })]);
  assert.deepEqual(
    asked.sort((a, b) => a - b),
    Array.from({ length: 1_000 }, (_, index) => index),
  );
  assert.ok(turns.size > 5, `${turns.size} turns`);
});

test('thousands of answers that come at once are taken in over several turns of the host', async (t) => {
  const host = hostTurns(t);
  const inputs = Array.from({ length: 1_500 }, (_, index) => `${index}`);
  const asAgent = (/** @type {any} */ options) => {
    const agent = new ParallelAgent(options);
    return Promise.all(inputs.map((input) => agent.batch([input])));
  };
  for (const ask of [(/** @type {any} */ options) => batch(inputs, options), asAgent]) {
    const turns = new Set();
    let asked = 0;
    let answer = (/** @type {string} */ _) => {};
    const answers = new Promise((resolve) => {
      answer = resolve;
    });
    const complete = async () => {
      asked += 1;
      if (asked === inputs.length) answer('well');
      return answers;
    };
    const onEvent = (/** @type {any} */ { type }) => {
      if (type === 'SUBAGENT_FINISHED') turns.add(host.turn);
    };
    await ask({ complete, onEvent, concurrency: 10_000 });
    assert.ok(turns.size > 2, `${turns.size} turns`);
  }
});
