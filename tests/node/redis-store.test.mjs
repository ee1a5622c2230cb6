// @ts-check
/** Answers that several processes share in a Redis, over the two clients that are in use. */

import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Redis } from 'ioredis';
import { batch, InvalidInputError, ParallelAgent } from 'parallelization-agent';
import { redisStore } from 'parallelization-agent/redis';
import { createClient } from 'redis';
import { after, complete, respond, startModelServer } from './model-server.mjs';
import { skip, startRedis } from './redis-server.mjs';

/** @type {Record<string, (path: string) => Promise<{ client: any, close(): unknown }>>} */
const clients = {
  async ioredis(path) {
    const client = new Redis(path);
    client.on('error', () => {});
    return { client, close: () => client.disconnect() };
  },
  async 'node-redis'(path) {
    const client = createClient({ socket: { path, tls: false } });
    client.on('error', () => {});
    await client.connect();
    return { client, close: () => client.destroy() };
  },
};

/** @param {import('node:test').TestContext} t @param {string} path */
async function connect(t, path, kind = 'ioredis') {
  const { client, close } = await clients[kind](path);
  t.after(close);
  return client;
}

/** A process that asks questions, and keeps the answers. @param {string[]} args */
function child(...args) {
  return fork(fileURLToPath(new URL('redis-worker.mjs', import.meta.url)), args);
}

for (const kind of Object.keys(clients)) {
  test(`answers are kept for as long as is said, by ${kind}`, { skip }, async (t) => {
    const redis = await startRedis(t);
    const server = await startModelServer(t, ({ content }, response) => complete(response, `re: ${content}`));
    const options = { baseURL: server.baseURL, apiKey: 'k', model: 'm' };
    const client = await connect(t, redis.path, kind);
    const store = redisStore(client, { ttlMs: 60_000, prefix: 'test/' });
    await batch(['a', 'b'], { ...options, store });
    const again = await batch(['a', 'b', 'c'], {
      ...options,
      store: redisStore(client, { prefix: 'test/' }),
    });
    assert.equal(server.requests.length, 3);
    assert.deepEqual(
      again.results.map(({ result, metadata }) => [result, metadata.fromStore]),
      [
        ['re: a', true],
        ['re: b', true],
        ['re: c', false],
      ],
    );
    const keys = (await redis.command('KEYS', '*')).split('\n');
    assert.equal(keys.length, 3, 'no lease is left');
    const left = await Promise.all(keys.map(async (key) => Number(await redis.command('PTTL', key))));
    assert.deepEqual(left.map((ms) => ms > 0 && ms <= 60_000).sort(), [false, true, true]);
  });
}

test('two processes that ask the same at the same time pay once', { skip }, async (t) => {
  const redis = await startRedis(t);
  const server = await startModelServer(t, async ({ content }, response) => {
    await after(300);
    complete(response, `re: ${content}`);
  });
  const answers = await Promise.all(
    [1, 2].map(async () => {
      const [message] = await once(child(redis.path, server.baseURL, 'a', 'b', 'c', 'd'), 'message');
      return message;
    }),
  );
  for (const results of answers) assert.deepEqual(results, ['re: a', 're: b', 're: c', 're: d']);
  assert.deepEqual(server.requests.map(({ content }) => content).sort(), ['a', 'b', 'c', 'd']);
});

test('what a process that was killed had begun to ask is asked by another', { skip }, async (t) => {
  const redis = await startRedis(t);
  const server = await startModelServer(t, ({ index }, response) => {
    if (index > 0) complete(response, 'from the second');
  });
  const lost = child(redis.path, server.baseURL, 'a');
  while (server.requests.length === 0) await after(5);
  lost.kill('SIGKILL');
  await once(lost, 'exit');
  // Not the ten seconds that the lease lasts: those are Redis's, and tested there.
  const [lease] = (await redis.command('KEYS', '*lease*')).split('\n');
  assert.ok(Number(await redis.command('PTTL', lease)) > 0, 'the lease ends by itself');
  await redis.command('PEXPIRE', lease, '200');
  const store = redisStore(await connect(t, redis.path));
  const { results } = await batch(['a'], { baseURL: server.baseURL, apiKey: 'k', model: 'm', store });
  assert.equal(results[0].result, 'from the second');
});

test('a lease is renewed while its holder asks, and given back when it fails or is stopped', {
  skip,
}, async (t) => {
  const redis = await startRedis(t);
  let isHeld = true;
  const server = await startModelServer(t, ({ content }, response) => {
    if (content === 'refused') respond(response, 400, { error: { message: 'no' } });
    else if (!isHeld) complete(response, 'fine');
  });
  const options = { baseURL: server.baseURL, apiKey: 'k', model: 'm' };
  const agent = new ParallelAgent({ ...options, store: redisStore(await connect(t, redis.path)) });
  await assert.rejects(async () => agent.batch(['refused']));
  const held = agent.batch(['held']);
  while (server.requests.length < 2) await after(5);
  const leases = (await redis.command('KEYS', '*lease*')).split('\n');
  assert.equal(leases.length, 1, 'that of what was refused is given back');
  await redis.command('PEXPIRE', leases[0], '4000');
  while (Number(await redis.command('PTTL', leases[0])) <= 4000) await after(50);
  const waits = agent.batch(['held']);
  await after(200);
  assert.equal(server.requests.length, 2, 'the second waits for the first');
  isHeld = false;
  held.abort();
  await assert.rejects(async () => held);
  assert.equal((await waits).results[0].result, 'fine');
});

test('without Redis a run goes on, and says so', { skip }, async (t) => {
  const redis = await startRedis(t);
  const server = await startModelServer(t, (_, response) => complete(response, 'fine'));
  const client = createClient({ socket: { path: redis.path, tls: false, reconnectStrategy: false } });
  client.on('error', () => {});
  await client.connect();
  await redis.kill();
  /** @type {string[]} */
  const notes = [];
  const { results } = await batch(['a', 'b'], {
    baseURL: server.baseURL,
    apiKey: 'k',
    store: redisStore(client),
    onEvent(event) {
      if (event.type === 'CUSTOM' && event.name === 'journal') notes.push(event.value.status);
    },
  });
  assert.deepEqual(
    results.map(({ result }) => result),
    ['fine', 'fine'],
  );
  assert.ok(notes.includes('unreadable'));
});

test('a store that gives what it has parsed is read', async (t) => {
  const server = await startModelServer(t, (_, response) => complete(response, 'fine'));
  /** @type {Map<string, unknown>} */
  const kept = new Map();
  const store = {
    get: (/** @type {string} */ key) => kept.get(key),
    set: (/** @type {string} */ key, /** @type {string} */ value) => kept.set(key, JSON.parse(value)),
  };
  for (const fromStore of [false, true]) {
    const { results } = await batch(['a'], { baseURL: server.baseURL, apiKey: 'k', store });
    assert.deepEqual([results[0].result, results[0].metadata.fromStore], ['fine', fromStore]);
  }
});

test('what is no client, and wrong options, are refused at once', () => {
  const client = /** @type {any} */ ({ eval() {}, sendCommand() {} });
  for (const wrong of [undefined, null, {}, new Map(), { eval() {} }])
    assert.throws(() => redisStore(/** @type {any} */ (wrong)), InvalidInputError);
  for (const wrong of [
    { ttlMs: 0 },
    { ttlMs: '1' },
    { prefix: '{a}' },
    { singleFlight: 1 },
    { ttl: 5 },
    { ttlMs: Number.NaN },
  ])
    assert.throws(() => redisStore(client, /** @type {any} */ (wrong)), /options\.(ttl|prefix|single)/);
});
