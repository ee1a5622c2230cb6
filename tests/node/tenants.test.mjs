// @ts-check
/**
 * Two tenants ask the same question over one store: neither may get the other's answer, through
 * whatever door.
 */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ParallelAgent, parallelProcess } from 'parallelization-agent';
import { complete, startModelServer } from './model-server.mjs';

const subtasks = [{ id: 'a', content: 'What is my balance?' }];

/** @typedef {Record<string, any>} Options */

/** Notes the events that tell of the store. @param {any[]} events */
const listener = (events) => (/** @type {any} */ event) => {
  if (event.type === 'CUSTOM' && event.name === 'journal') events.push(event.value);
};

/**
 * Servers that say who asks them, by the key, the header and the address.
 * @param {import('node:test').TestContext} t
 */
async function servers(t) {
  const said = (/** @type {string} */ name) =>
    startModelServer(t, ({ headers }, response) =>
      complete(response, [name, headers.authorization, headers.cookie, headers['x-tenant']].join(' ')),
    );
  return [await said('one'), await said('two')];
}

/** @param {Options} options  of a run for itself @returns {Promise<any>} */
const alone = (options) => parallelProcess('t', subtasks, { aggregate: false, ...options });

/** @param {string} name */
const answering = (name) => async () => name;

test('what one tenant is answered is not what another is answered', async (t) => {
  const [first, second] = await servers(t);
  const { baseURL } = first;
  /** @type {Record<string, [Options, Options]>} */
  const doors = {
    'another key': [{ apiKey: 'key-of-one' }, { apiKey: 'key-of-two' }],
    'a key and none': [{ apiKey: 'key-of-one' }, {}],
    'another host': [{}, { baseURL: second.baseURL }],
    'another path': [{}, { baseURL: `${baseURL}/two` }],
    'another query': [{}, { baseURL: `${baseURL}?tenant=two` }],
    'another cookie': [{ headers: { cookie: 'id=one' } }, { headers: { cookie: 'id=two' } }],
    'another header': [{ headers: { 'x-tenant': 'one' } }, { headers: { 'x-tenant': 'two' } }],
    'another namespace': [{ storeNamespace: 'one' }, { storeNamespace: 'two' }],
    'a key of the type': [
      { workers: { task: { apiKey: 'key-of-one' } } },
      { workers: { task: { apiKey: 'key-of-two' } } },
    ],
    'another fallback': [
      { model: 'down', baseURL: 'http://127.0.0.1:9/v1', maxRetries: 0, fallbacks: [{ baseURL }] },
      {
        model: 'down',
        baseURL: 'http://127.0.0.1:9/v1',
        maxRetries: 0,
        fallbacks: [{ baseURL: second.baseURL }],
      },
    ],
    'another function': [{ complete: answering('one') }, { complete: answering('two') }],
    'another function and another name': [
      { complete: answering('one'), storeNamespace: 'one' },
      { complete: answering('two'), storeNamespace: 'two' },
    ],
  };
  for (const [door, [one, two]] of Object.entries(doors)) {
    const store = new Map();
    await alone({ baseURL, store, ...one });
    const { results } = await alone({ baseURL, store, ...two });
    assert.equal(results[0].metadata.fromStore, false, door);
    const own = await alone({ baseURL, ...two });
    assert.equal(results[0].result, own.results[0].result, door);
    assert.doesNotMatch(JSON.stringify([...store.keys()]), /key-of|tenant|id=|one|two|127\.0/, door);
    for (const options of [one, two]) {
      const again = await alone({ baseURL, store, ...options });
      const isKnown = !('complete' in options && !('storeNamespace' in options));
      assert.equal(again.results[0].metadata.fromStore, isKnown, `${door}: the same again`);
    }
  }
});

test('runs of one agent that are other tenants’ get their own answers', async (t) => {
  const [{ baseURL }] = await servers(t);
  /** @type {Record<string, [Options, Options]>} */
  const doors = {
    'another key': [{ apiKey: 'key-of-one' }, { apiKey: 'key-of-two' }],
    'another header': [{ headers: { 'x-tenant': 'one' } }, { headers: { 'x-tenant': 'two' } }],
    'another function': [{ complete: answering('one') }, { complete: answering('two') }],
  };
  for (const [door, [one, two]] of Object.entries(doors)) {
    for (const named of [{}, { storeNamespace: 'app' }]) {
      const store = new Map();
      const agent = new ParallelAgent({ baseURL, store, aggregate: false, ...named });
      const first = await agent.parallelProcess('t', subtasks, one);
      const second = await agent.parallelProcess('t', subtasks, two);
      assert.notEqual(first.results[0].result, second.results[0].result, door);
      assert.equal(second.results[0].metadata.fromStore, false, door);
    }
  }
});

test('a function’s answers are kept under a name alone, and listeners are told where there is none', async () => {
  const store = new Map();
  let asked = 0;
  const model = async () => `answer ${++asked}`;
  /** @type {any[]} */
  const events = [];
  const two = [...subtasks, { id: 'b', content: 'b' }];
  await parallelProcess('t', two, { complete: model, store, aggregate: false, onEvent: listener(events) });
  assert.equal(store.size, 0);
  assert.deepEqual(
    events.map(({ status }) => status),
    ['off'],
  );
  assert.match(events[0].message, /storeNamespace/);

  const named = { store, storeNamespace: 'one', aggregate: false };
  await parallelProcess('t', two, { ...named, complete: model });
  assert.equal(store.size, 2);
  const again = await parallelProcess('t', two, { ...named, complete: model });
  assert.ok(again.results.every(({ metadata }) => metadata.fromStore));

  // A run's own function needs the run's own name: that of the agent stands for all of its runs.
  const agent = new ParallelAgent(named);
  const unnamed = await agent.parallelProcess('t', subtasks, { complete: model });
  assert.equal(unnamed.results[0].metadata.fromStore, false);
  const task = { ...subtasks[0], complete: model };
  assert.equal((await agent.parallelProcess('t', [task])).results[0].metadata.fromStore, false);
  const own = await agent.parallelProcess('t', subtasks, { complete: model, storeNamespace: 'one' });
  assert.equal(own.results[0].metadata.fromStore, true);
});

test('a run with a key of its own is kept where it is said whose answers these are', async (t) => {
  const [{ baseURL }] = await servers(t);
  const store = new Map();
  /** @type {any[]} */
  const events = [];
  const agent = new ParallelAgent({ baseURL, store, apiKey: 'key-of-all', aggregate: false });
  const ask = (/** @type {Options} */ options) =>
    agent.parallelProcess('t', subtasks, { ...options, onEvent: listener(events) });
  await ask({ apiKey: 'key-of-one' });
  assert.equal(store.size, 0);
  assert.deepEqual([events.length, events[0].status], [1, 'off']);
  await ask({ apiKey: 'key-of-one', storeNamespace: 'one' });
  assert.equal(
    (await ask({ apiKey: 'key-of-one', storeNamespace: 'one' })).results[0].metadata.fromStore,
    true,
  );
  // The agent's own, and what only traces a request, is no other caller's.
  await ask({ apiKey: 'key-of-all' });
  const traced = await ask({ headers: { traceparent: '00-1-2-01' } });
  assert.equal(traced.results[0].metadata.fromStore, true);
});

test('a namespace has to be a name', async () => {
  for (const storeNamespace of ['', 7, {}]) {
    const run = parallelProcess('t', subtasks, /** @type {any} */ ({ apiKey: 'k', storeNamespace }));
    await assert.rejects(
      run,
      (/** @type {any} */ error) => error.issues[0].path === 'options.storeNamespace',
    );
  }
});
