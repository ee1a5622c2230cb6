// @ts-check
/** `nodeFetch`: connections are kept, are given up, and break. */

import assert from 'node:assert/strict';
import http from 'node:http';
import { describe, test } from 'node:test';
import { batch, parallelProcess } from 'parallelization-agent';
import { nodeFetch } from 'parallelization-agent/node';
import { after, complete, startModelServer } from './model-server.mjs';
import { answer, startRawServer } from './raw-server.mjs';

const one = [{ id: 'a', content: 'x' }];
const completion = JSON.stringify({ choices: [{ message: { content: 'Grüße ☀️' }, finish_reason: 'stop' }] });

describe('a kept connection that the server closes in the moment in which it is used again', () => {
  const ask = (/** @type {string} */ baseURL, /** @type {ReturnType<typeof nodeFetch>} */ fetch) =>
    parallelProcess('t', one, { baseURL, fetch, aggregate: false });

  test('costs no attempt: the request goes out once more, on a fresh one', async (t) => {
    // The second request of each connection is met by a reset.
    const server = await startRawServer(t, (socket, { onConnection }) => {
      if (onConnection === 1) socket.resetAndDestroy();
      else socket.write(answer(completion));
    });
    const fetch = nodeFetch();
    // Three idle connections, all of which the server is about to close.
    await batch(['a', 'b', 'c'], { baseURL: server.baseURL, fetch, concurrency: 3 });
    const { results } = await ask(server.baseURL, fetch);
    assert.equal(results[0].result, 'Grüße ☀️');
    assert.equal(results[0].metadata.attempts, 1);
    assert.deepEqual(server.seen.slice(-2), [1, 0]);
    assert.equal(server.seen.length, 5);
  });

  test('leaves no connection behind that is used though it is closed', async (t) => {
    // What is sent again is answered on fresh ones. All of these but one are closed while idle.
    const server = await startRawServer(t, (socket, { index, onConnection }) => {
      if (onConnection === 1 && index < 8) return socket.resetAndDestroy();
      socket.write(answer(completion));
      if (index > 8) setTimeout(() => socket.end(), 5);
    });
    const options = { baseURL: server.baseURL, fetch: nodeFetch(), concurrency: 4, timeoutMs: 10_000 };
    for (let round = 0; round < 4; round += 1) {
      const { metadata } = await batch(['a', 'b', 'c', 'd'], options);
      assert.deepEqual([metadata.completedTasks, metadata.attempts], [4, 4]);
      await after(50);
    }
  });

  test('is a failed attempt where a part of the answer was there', async (t) => {
    const server = await startRawServer(t, (socket, { onConnection }) => {
      if (onConnection !== 1) return socket.write(answer(completion));
      socket.write('HTTP/1.1 200 OK\r\ncontent-le', () => setTimeout(() => socket.resetAndDestroy(), 20));
    });
    const fetch = nodeFetch();
    await ask(server.baseURL, fetch);
    const { results } = await ask(server.baseURL, fetch);
    assert.equal(results[0].metadata.attempts, 2);
  });

  test('is a failed attempt where the server may have been at work', async (t) => {
    const server = await startRawServer(t, (socket, { onConnection }) => {
      if (onConnection === 1) setTimeout(() => socket.resetAndDestroy(), 200);
      else socket.write(answer(completion));
    });
    const fetch = nodeFetch();
    await ask(server.baseURL, fetch);
    await assert.rejects(
      parallelProcess('t', one, { baseURL: server.baseURL, fetch, maxRetries: 0 }),
      (/** @type {any} */ { results: [{ error }] }) => error.code === 'NETWORK',
    );
    assert.deepEqual(server.seen, [0, 1]);
  });

  test('is a failed attempt where the fresh one is closed as well', async (t) => {
    const server = await startRawServer(t, (socket, { index }) => {
      if (index === 1 || index === 2) socket.resetAndDestroy();
      else socket.write(answer(completion));
    });
    const fetch = nodeFetch();
    await ask(server.baseURL, fetch);
    const { results } = await ask(server.baseURL, fetch);
    assert.equal(results[0].metadata.attempts, 2);
    assert.deepEqual(server.seen, [0, 1, 0, 0]);
  });
});

test('connections are kept: there are never more than calls at once', async (t) => {
  const server = await startRawServer(t, (socket) => socket.write(answer(completion)));
  const { results } = await batch(Array(60).fill('x'), {
    baseURL: server.baseURL,
    fetch: nodeFetch(),
    concurrency: 6,
  });
  assert.ok(results.every(({ status }) => status === 'completed'));
  assert.ok(server.connections <= 6, `${server.connections} connections`);
});

test('a connection that nobody uses is given up before anybody on the way forgets it', async (t) => {
  const server = await startRawServer(t, (socket) => {
    socket.write(answer(completion));
    socket.on('end', () => closed.push(performance.now() - answeredAt));
    answeredAt = performance.now();
  });
  let answeredAt = 0;
  /** @type {number[]} */
  const closed = [];
  for (const fetch of [nodeFetch(), nodeFetch({ timeout: 100 })])
    await batch(['x'], { baseURL: server.baseURL, fetch });
  while (closed.length < 2) await after(50);
  const [first, last] = closed;
  assert.ok(first < 3000, `${first} ms: as long as it is told`);
  assert.ok(last > 3500 && last < 5000, `${last} ms`);
});

describe('an agent', () => {
  test('of the caller’s is the one that is used', async (t) => {
    const server = await startModelServer(t, async (_, response) => {
      await after(5);
      complete(response, 'x');
    });
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    t.after(() => agent.destroy());
    await batch(['a', 'b', 'c'], { baseURL: server.baseURL, fetch: nodeFetch(agent), concurrency: 3 });
    assert.equal(server.open.most, 1);
  });

  test('is made with the options that are given', async (t) => {
    const server = await startModelServer(t, (_, response) => complete(response, 'x'));
    const looked = /** @type {string[]} */ ([]);
    const fetch = nodeFetch({
      lookup: (/** @type {string} */ name, /** @type {any} */ options, /** @type {any} */ done) => {
        looked.push(name);
        if (options.all) done(null, [{ address: '127.0.0.1', family: 4 }]);
        else done(null, '127.0.0.1', 4);
      },
    });
    const baseURL = server.baseURL.replace('127.0.0.1', 'model.test');
    await parallelProcess('t', one, { baseURL, fetch, aggregate: false });
    assert.deepEqual(looked, ['model.test']);
  });

  test('that is none is refused with what was expected', () => {
    for (const wrong of ['http://proxy', 7, null, () => {}])
      assert.throws(() => nodeFetch(/** @type {any} */ (wrong)), /Expected an agent or the options of one/);
  });
});
