// @ts-check
/** A limit that processes share in a Redis, as the model server sees it. */

import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Redis } from 'ioredis';
import { batch, InvalidInputError, ParallelAgent } from 'parallelization-agent';
import { redisLimiter } from 'parallelization-agent/redis';
import { createClient } from 'redis';
import { after, complete, respond, startModelServer } from './model-server.mjs';
import { skip, startRedis } from './redis-server.mjs';

/** What `complete` says that a call used. */
const tokensOfCall = 25;

/** @param {import('node:test').TestContext} t @param {object} options */
function startWorker(t, options) {
  const script = fileURLToPath(new URL('redis-limit-worker.mjs', import.meta.url));
  const worker = fork(script, [JSON.stringify(options)]);
  t.after(() => worker.kill('SIGKILL'));
  return worker;
}

/** @param {import('node:test').TestContext} t */
async function startCounting(t, answer = async () => {}) {
  /** @type {number[]} */
  const times = [];
  const server = await startModelServer(t, async ({ body }, response) => {
    if (body.model !== 'warm-up') {
      times.push(performance.now());
      await answer();
    }
    complete(response, 'fine');
  });
  return { ...server, times };
}

/** @param {import('node:test').TestContext} t @param {string} path */
function connect(t, path) {
  const client = new Redis(path);
  client.on('error', () => {});
  t.after(() => client.disconnect());
  return client;
}

const windowMs = 8_000;

describe('four processes, the clock of one off by a minute, share a limit', {
  concurrency: true,
  skip,
}, () => {
  /**
   * @param {import('node:test').TestContext} t
   * @param {number} most  calls in a window
   * @param {object} options
   */
  async function share(t, most, options) {
    const redis = await startRedis(t);
    const server = await startCounting(t);
    const workers = [0, 0, 0, 60_000].map((clockMs) => {
      const { baseURL } = server;
      return startWorker(t, { path: redis.path, baseURL, calls: 33, clockMs, windowMs, ...options });
    });
    await Promise.all(workers.map((worker) => once(worker, 'message')));
    const done = Promise.all(workers.map((worker) => once(worker, 'message')));
    for (const worker of workers) worker.send('go');
    for (const [{ completed, attempts, notes }] of await done)
      assert.deepEqual({ completed, attempts, notes }, { completed: 33, attempts: 33, notes: [] });
    const { times } = server;
    assert.equal(times.length, 4 * 33);
    for (let last = most; last < times.length; last += 1) {
      const span = times[last] - times[last - most];
      assert.ok(span >= windowMs, `${most + 1} within ${span} ms, from ${last - most}`);
    }
    const used = (2 * windowMs) / (times[2 * most] - times[0]);
    t.diagnostic(`used: ${used.toFixed(3)}`);
    // Printed above: 0.93 to 0.99. A busy machine's timers are late.
    assert.ok(used >= 0.9, `${used} of the limit is used`);
  }

  test('of requests', (t) => share(t, 60, { requestsPerMinute: 60 }));
  // As much is set aside for a call as it then uses.
  test('of tokens', (t) => share(t, 60, { tokensPerMinute: 60 * tokensOfCall, maxTokens: 19 }));
});

test('slots are shared, and those of a process that is lost come back', { skip }, async (t) => {
  const redis = await startRedis(t);
  let isHeld = true;
  let open = 0;
  let mostOpen = 0;
  const server = await startCounting(t, async () => {
    open += 1;
    mostOpen = Math.max(mostOpen, open);
    while (isHeld) await after(5);
    await after(5);
    open -= 1;
  });
  const lost = startWorker(t, { path: redis.path, baseURL: server.baseURL, calls: 3, concurrency: 3 });
  await once(lost, 'message');
  lost.send('go');
  while (server.times.length < 3) await after(5);
  lost.kill('SIGKILL');
  await once(lost, 'exit');
  const client = connect(t, redis.path);
  const limiter = redisLimiter(client, { concurrency: 3 });
  const agent = new ParallelAgent({ baseURL: server.baseURL, apiKey: 'k', model: 'm', limiter });
  const run = agent.batch(Array.from({ length: 9 }, (_, index) => `again ${index}`));
  await after(300);
  assert.equal(server.times.length, 3, 'all slots are taken');
  const [leases] = await client.keys('*:leases');
  const scores = (await client.zrange(leases, '0', '-1', 'WITHSCORES')).filter((_, index) => index % 2 === 1);
  const [seconds] = await client.time();
  for (const score of scores)
    assert.ok(Number(score) < (Number(seconds) + 31) * 1000, 'a lease ends within half a minute');
  // That time passes at once.
  await client.del(leases);
  isHeld = false;
  open = 0;
  mostOpen = 0;
  assert.equal((await run).metadata.completedTasks, 9);
  assert.ok(mostOpen <= 3, `${mostOpen} at once`);
  assert.equal(await client.zcard(leases), 0, 'none is left');
});

test('what a process had booked that was killed while it waited holds the others up for no longer than its time', {
  skip,
}, async (t) => {
  const redis = await startRedis(t);
  const server = await startCounting(t);
  const shared = { path: redis.path, baseURL: server.baseURL, requestsPerMinute: 4, windowMs: 1_000 };
  const lost = startWorker(t, { ...shared, calls: 20 });
  await once(lost, 'message');
  lost.send('go');
  while (server.times.length < 4) await after(2);
  const client = connect(t, redis.path);
  const [log] = await client.keys('*:log');
  // It waits for its fifth, which is booked.
  while ((await client.zcard(log)) < 5) await after(2);
  lost.kill('SIGKILL');
  await once(lost, 'exit');
  const limiter = redisLimiter(client, { requestsPerMinute: 4, windowMs: 1_000 });
  const agent = new ParallelAgent({ baseURL: server.baseURL, apiKey: 'k', model: 'm', limiter });
  const { metadata } = await agent.batch(Array.from({ length: 8 }, (_, index) => `again ${index}`));
  assert.equal(metadata.completedTasks, 8);
  const { times } = server;
  for (let last = 4; last < times.length; last += 1)
    assert.ok(times[last] - times[last - 4] >= 1_000, `five within ${times[last] - times[last - 4]} ms`);
});

test('a call that is never sent gives back what it booked', { skip }, async (t) => {
  const redis = await startRedis(t);
  const server = await startCounting(t);
  const client = connect(t, redis.path);
  const limiter = redisLimiter(client, { requestsPerMinute: 2 });
  const agent = new ParallelAgent({ baseURL: server.baseURL, apiKey: 'k', model: 'm', limiter });
  await agent.batch(['a', 'b']);
  const waits = agent.batch(['c', 'd']);
  const [log] = await client.keys('*:log');
  while ((await client.zcard(log)) < 3) await after(5);
  waits.abort();
  await assert.rejects(async () => waits);
  while ((await client.zcard(log)) > 2) await after(5);
  assert.equal(server.times.length, 2);
});

test('a client of node-redis shares the limit with one of ioredis', { skip }, async (t) => {
  const redis = await startRedis(t);
  const server = await startCounting(t);
  const nodeRedis = createClient({ socket: { path: redis.path, tls: false } });
  nodeRedis.on('error', () => {});
  await nodeRedis.connect();
  t.after(() => nodeRedis.destroy());
  const limits = { requestsPerMinute: 5, tokensPerMinute: 5 * tokensOfCall, concurrency: 3, windowMs: 1_000 };
  const options = { baseURL: server.baseURL, apiKey: 'k', model: 'm', maxTokens: 19 };
  /** @type {unknown[]} */
  const notes = [];
  const runs = [nodeRedis, connect(t, redis.path)].map((client) => {
    const agent = new ParallelAgent({ ...options, limiter: redisLimiter(client, limits) });
    const onEvent = (/** @type {any} */ event) => event.type === 'CUSTOM' && notes.push(event);
    return agent.batch(
      Array.from({ length: 6 }, (_, index) => `call ${index}`),
      { onEvent },
    );
  });
  for (const { metadata } of await Promise.all(runs)) assert.equal(metadata.completedTasks, 6);
  assert.deepEqual(notes, []);
  const { times } = server;
  assert.equal(times.length, 12);
  for (let last = 5; last < times.length; last += 1)
    assert.ok(times[last] - times[last - 5] >= 1_000, `six within ${times[last] - times[last - 5]} ms`);
});

test('a server that asks for a pause is heard by all processes', { skip }, async (t) => {
  const redis = await startRedis(t);
  let refused = 0;
  const server = await startModelServer(t, (_, response) => {
    refused += 1;
    if (refused === 1) respond(response, 429, { error: { message: 'slow down' } }, { 'retry-after': '1' });
    else complete(response, 'fine');
  });
  const [first, second] = [1, 2].map(() => {
    const limiter = redisLimiter(connect(t, redis.path), { requestsPerMinute: 100 });
    return new ParallelAgent({ baseURL: server.baseURL, apiKey: 'k', model: 'm', limiter });
  });
  const startedAt = performance.now();
  const run = first.batch(['a']);
  const client = connect(t, redis.path);
  while ((await client.eval("return #redis.call('KEYS', '*:amounts')", 0)) === 0) await after(2);
  const [amounts] = await client.keys('*:amounts');
  while ((await client.hget(amounts, 'pause')) === null) await after(2);
  await second.batch(['b']);
  assert.ok(performance.now() - startedAt >= 1_000);
  await run;
});

test('while Redis is gone, calls go by the local limits, and an event says so', {
  skip,
}, async (t) => {
  const redis = await startRedis(t);
  const server = await startCounting(t);
  const client = new Redis(redis.path, { maxRetriesPerRequest: 0, retryStrategy: () => 50 });
  client.on('error', () => {});
  t.after(() => client.disconnect());
  const limiter = redisLimiter(client, { requestsPerMinute: 1 });
  const agent = new ParallelAgent({ baseURL: server.baseURL, apiKey: 'k', model: 'm', limiter });
  await agent.batch(['before']);
  await redis.kill();
  /** @type {any[]} */
  const notes = [];
  const options = {
    onEvent(/** @type {any} */ event) {
      if (event.type === 'CUSTOM' && event.name === 'limiter') notes.push(event.value);
    },
  };
  assert.equal((await agent.batch(['a', 'b', 'c'], options)).metadata.completedTasks, 3);
  assert.deepEqual([notes.length, notes[0].status, notes[0].model], [1, 'unreachable', 'm']);
});

for (const [settings, remembers] of /** @type {const} */ ([
  [['--appendonly', 'yes', '--appendfsync', 'always'], true],
  [[], false],
])) {
  const what = remembers ? 'remembers the last minute' : 'without persistence has forgotten the last minute';
  test(`a Redis that was killed and is back is asked again, and ${what}`, { skip }, async (t) => {
    const redis = await startRedis(t, ...settings);
    const client = new Redis(redis.path, { maxRetriesPerRequest: 0, retryStrategy: () => 20 });
    client.on('error', () => {});
    t.after(() => client.disconnect());
    const limiter = redisLimiter(client, { requestsPerMinute: 2 });
    const want = /** @type {const} */ ({ requests: 1, tokens: 1 });
    for (let calls = 0; calls < 2; calls += 1) assert.equal((await limiter.book('pool', want)).waitMs, 0);
    await redis.kill();
    await assert.rejects(() => limiter.book('pool', want));
    await redis.restart();
    while (client.status !== 'ready') await after(5);
    const { waitMs } = await limiter.book('pool', want);
    assert.equal(waitMs > 50_000, remembers, `${waitMs} ms`);
  });
}

test('a Redis that is slow slows calls down, and nothing else', { skip }, async (t) => {
  const redis = await startRedis(t);
  const server = await startCounting(t);
  const limiter = redisLimiter(connect(t, redis.path), { requestsPerMinute: 100 });
  const agent = new ParallelAgent({ baseURL: server.baseURL, apiKey: 'k', model: 'm', limiter });
  await agent.batch(['before']);
  await redis.command('CLIENT', 'PAUSE', '500', 'ALL');
  const startedAt = performance.now();
  assert.equal((await agent.batch(['a', 'b'])).metadata.completedTasks, 2);
  assert.ok(performance.now() - startedAt > 300);
});

test('all keys of a pool belong to one node of a cluster', { skip }, async (t) => {
  const redis = await startRedis(t, '--cluster-enabled', 'yes');
  /** @type {string[][]} */
  const asked = [];
  const client = {
    defineCommand() {},
    sendCommand() {},
    async eval(/** @type {any[]} */ ...given) {
      asked.push(given.slice(2, 2 + given[1]));
      return 0;
    },
  };
  const limiter = redisLimiter(client, { requestsPerMinute: 1, concurrency: 1 });
  await limiter.book('host {x} m}odel', { requests: 1, tokens: 1 });
  assert.equal(asked[0].length, 3);
  const slots = await Promise.all(asked[0].map((key) => redis.command('CLUSTER', 'KEYSLOT', key)));
  assert.equal(new Set(slots).size, 1);
});

test('what is no client, and wrong limits, are refused at once', () => {
  const client = /** @type {any} */ ({ eval() {}, sendCommand() {} });
  assert.throws(() => redisLimiter(/** @type {any} */ ({}), { requestsPerMinute: 1 }), InvalidInputError);
  for (const wrong of [
    {},
    undefined,
    { requestsPerMinute: 0 },
    { tokensPerMinute: '9' },
    { concurrency: -1 },
    { requestsPerMinute: 5, prefix: 'a{b' },
    { requestsPerMinut: 5, concurrency: 1 },
  ])
    assert.throws(() => redisLimiter(client, /** @type {any} */ (wrong)), InvalidInputError);
});

test('a limiter that is none is told by the run', async () => {
  for (const limiter of [{}, { book() {} }, 7])
    await assert.rejects(
      async () => batch(['a'], { limiter: /** @type {any} */ (limiter), complete: async () => 'fine' }),
      /options\.limiter: Expected `options\.limiter` to be a limiter: an object with the methods `book/,
    );
});
