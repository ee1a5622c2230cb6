// @ts-check
/** What a function of the caller's threw comes back as the `cause`, and goes nowhere else. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ParallelError, parallelProcess } from 'parallelization-agent';

const one = [{ id: 'a', content: 'x' }];
const thrown = Object.assign(new TypeError('it broke'), { secret: 'canary' });

/** @returns {never} */
function failing() {
  throw thrown;
}

/** A stream that breaks. */
async function* breaking() {
  yield 'so far';
  throw thrown;
}

/** @param {Promise<unknown>} run @returns {Promise<any>} */
const failureOf = (run) =>
  run.then(
    () => assert.fail('it did not fail'),
    (error) => error,
  );

for (const [how, complete] of /** @type {const} */ ([
  ['throws', failing],
  ['rejects', async () => failing()],
  ['breaks off', breaking],
]))
  test(`what \`complete\` threw is the cause of the task's error and of the run's, where it ${how}`, async () => {
    const error = await failureOf(parallelProcess('t', one, { complete, maxRetries: 0 }));
    assert.equal(error.results[0].error.cause, thrown);
    assert.ok(error.cause instanceof ParallelError);
    assert.equal(error.cause.code, 'API_ERROR');
    assert.equal(error.cause.cause, thrown);
    assert.match(`${thrown.stack}`, /failing|thrown\.test/);
    assert.equal('thrown' in error || 'thrown' in error.cause, false);
  });

test('the cause is in no copy of a result, event, snapshot or store', async () => {
  /** @type {unknown[]} */
  const kept = [];
  const run = parallelProcess('t', [...one, { id: 'b', content: 'y' }], {
    complete: ({ messages }) => (messages.at(-1)?.content === 'y' ? 'fine' : failing()),
    aggregate: false,
    maxRetries: 0,
    store: { get: () => undefined, set: (...entry) => void kept.push(entry) },
    storeNamespace: 'test',
    onEvent: (event) => kept.push(event),
  });
  const { results } = await run;
  assert.equal(results[0].error?.cause, thrown);
  assert.deepEqual(Object.keys({ ...results[0].error }), ['code', 'message']);
  kept.push(results, structuredClone(results), run.snapshot());
  assert.ok(kept.length > 10);
  assert.doesNotMatch(JSON.stringify(kept), /canary|"cause"/);
});

test('what is no object has no more to say than its words', async () => {
  const complete = () => {
    throw 'it broke';
  };
  const { results } = await failureOf(parallelProcess('t', one, { complete, maxRetries: 0 }));
  assert.match(results[0].error.message, /it broke/);
  assert.equal('cause' in results[0].error, false);
});
