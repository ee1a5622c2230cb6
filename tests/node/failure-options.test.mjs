// @ts-check
/** A failure that is about an option or an argument names it. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { batch, ParallelAgent, parallelProcess, voting } from 'parallelization-agent';

const own = { complete: () => 'yes', aggregate: false, maxRetries: 0 };

const boom = () => {
  throw new Error('boom');
};

/** An object that throws when it is looked at. */
const hostile = Object.defineProperty({}, 'a', { get: boom, enumerable: true });

/** More values than can be read. */
const endless = () => new Proxy({}, { get: (_, name) => endlessField(name), ownKeys, ...described });
const ownKeys = () => ['a', 'b'];
const described = {
  getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true, value: 1 }),
};

/** @param {string | symbol} name @returns {unknown} */
function endlessField(name) {
  return name === 'a' || name === 'b' ? endless() : undefined;
}

/** @param {Promise<unknown>} run @returns {Promise<any>} */
const failureOf = (run) =>
  run.then(
    () => assert.fail('it did not fail'),
    (error) => error,
  );

for (const [option, start] of /** @type {[string, () => Promise<unknown>][]} */ ([
  ['onResult', () => batch(['a'], { ...own, onResult: boom })],
  [
    'inputs',
    () =>
      batch(
        (function* () {
          yield boom();
        })(),
        own,
      ),
  ],
])) {
  test(`\`${option}\` that throws is named`, async () => {
    const { code, message, option: named } = await failureOf(start());
    assert.deepEqual([code, named], ['CALLBACK_FAILED', option]);
    assert.match(message, new RegExp(`^\`${option}\` failed: .*boom`));
  });
}

test('`select` that throws is named, and the votes stand', async () => {
  const { selectError } = await voting('q', { ...own, voters: 2, select: boom });
  assert.equal(selectError?.option, 'select');
  assert.match(`${selectError.message}`, /^`select` failed: .*boom/);
});

test('a function for the key that throws, or gives none, is named', async () => {
  for (const apiKey of [boom, () => '']) {
    const options = { ...own, complete: undefined, apiKey, baseURL: 'http://127.0.0.1:9/v1' };
    const { results } = await failureOf(parallelProcess('t', [{ id: 'a', content: 'x' }], options));
    assert.equal(results[0].error.option, 'apiKey');
    assert.match(results[0].error.message, /`apiKey`/);
  }
});

test('what cannot be read is told by the name of its argument or option', async () => {
  const agent = new ParallelAgent(own);
  for (const [path, start] of /** @type {[string, () => Promise<unknown>][]} */ ([
    ['inputs[0].a', () => agent.batch(/** @type {any} */ ([hostile]))],
    ['subtasks[1]', () => agent.parallelProcess('t', /** @type {any} */ ([{ id: 'a' }, endless()]))],
    ['options.extraBody', () => agent.batch(['a'], { extraBody: /** @type {any} */ (endless()) })],
    ['options.headers.a', () => agent.batch(['a'], { headers: /** @type {any} */ (hostile) })],
  ])) {
    const { code, issues } = await failureOf(start());
    assert.equal(code, 'INVALID_INPUT');
    assert.ok(
      issues.some(
        (/** @type {any} */ issue) => issue.path === path && /^(Reading it|It holds)/.test(issue.message),
      ),
      JSON.stringify(issues),
    );
  }
});

test('what `onResult` gives back is nobody’s business', async () => {
  /** @type {any} */
  const row = { id: 1n, save: () => {} };
  row.self = row;
  for (const given of [row, Symbol('x'), Promise.resolve(row), new Map()]) {
    const { metadata } = await batch(['a', 'b'], { ...own, onResult: () => given });
    assert.equal(metadata.completedTasks, 2);
  }
});

test('a check of a schema that throws, and a `fetch` that gives no Response, are named', async () => {
  const schema = {
    '~standard': { version: 1, vendor: 'x', validate: boom, jsonSchema: { input: () => ({}) } },
  };
  const checked = await failureOf(
    batch(['a'], { ...own, complete: () => '{}', schema: /** @type {any} */ (schema) }),
  );
  assert.match(checked.results[0].error.message, /`schema`: .*boom/);
  for (const body of [{ getReader: () => ({}) }, { getReader: boom }]) {
    const fetch = /** @type {any} */ (async () => ({ status: 200, headers: new Headers(), body }));
    const agent = new ParallelAgent({ fetch, apiKey: 'k', maxRetries: 0, stream: true, aggregate: false });
    const { results } = await failureOf(agent.batch(['a']));
    assert.match(results[0].error.message, /^What `fetch` gave for .* cannot be read: /);
  }
});
