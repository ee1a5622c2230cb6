// @ts-check
/** `nodeFetch`: what it does that the wire tests, which run over it too, do not see. */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import { createServer } from 'node:net';
import { describe, test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { parallelProcess } from 'parallelization-agent';
import { nodeFetch } from 'parallelization-agent/node';
import { execScript } from './exec-script.mjs';
import { serve } from './http-server.mjs';
import { after, complete, startModelServer } from './model-server.mjs';
import { answer, startRawServer } from './raw-server.mjs';

const one = [{ id: 'a', content: 'x' }];
const post = { method: 'POST', body: '{}' };
const completion = JSON.stringify({ choices: [{ message: { content: 'Grüße ☀️' }, finish_reason: 'stop' }] });

describe('an abort', () => {
  for (const phase of ['before the headers', 'in the body']) {
    test(`${phase} ends the request on the server and leaves no listener`, async (t) => {
      /** @type {(value?: unknown) => void} */
      let closed = () => {};
      const isClosed = new Promise((resolve) => {
        closed = resolve;
      });
      const port = await serve(t, (request, response) => {
        request.on('close', closed);
        if (phase === 'in the body') response.writeHead(200).write('{');
        else controller.abort();
      });
      const controller = new AbortController();
      const { signal } = controller;
      const asked = (async () => {
        const response = await nodeFetch()(`http://127.0.0.1:${port}/`, { ...post, signal });
        const text = response.text();
        controller.abort();
        return text;
      })();
      await assert.rejects(asked, { name: 'AbortError' });
      await isClosed;
    });
  }

  test('that came before is none of the server’s business', async (t) => {
    let requests = 0;
    const port = await serve(t, (_, response) => {
      requests += 1;
      response.end();
    });
    const asked = nodeFetch()(`http://127.0.0.1:${port}/`, { ...post, signal: AbortSignal.abort('enough') });
    await assert.rejects(asked, (reason) => reason === 'enough');
    assert.equal(requests, 0);
  });
});

test('an abort ends a request that waits for a connection, and a body with its own reason', async (t) => {
  const port = await serve(t, (_, response) => response.writeHead(200).write('{'));
  const fetch = nodeFetch({ maxSockets: 1 });
  const [first, second] = [new AbortController(), new AbortController()];
  const { body } = await fetch(`http://127.0.0.1:${port}/`, { ...post, signal: first.signal });
  const waiting = fetch(`http://127.0.0.1:${port}/`, { ...post, signal: second.signal });
  second.abort('enough');
  await assert.rejects(waiting, (reason) => reason === 'enough');
  const reader = body?.getReader();
  await reader?.read();
  const read = reader?.read();
  const reason = new Error('mine');
  first.abort(reason);
  await assert.rejects(Promise.resolve(read), (error) => error === reason);
});

test('a read that waits ends when its reader is cancelled', async (t) => {
  const port = await serve(t, (_, response) => response.writeHead(200).write('{'));
  const reader = (await nodeFetch()(`http://127.0.0.1:${port}/`, post)).body?.getReader();
  await reader?.read();
  const read = reader?.read();
  reader?.cancel();
  assert.deepEqual(await read, { done: true, value: undefined });
});

test('a signal that serves many requests is listened to by none that is over', async (t) => {
  const port = await serve(t, (_, response) => response.end('x'));
  const { signal } = new AbortController();
  const count = { added: 0, removed: 0 };
  const { addEventListener, removeEventListener } = signal;
  t.mock.method(signal, 'addEventListener', (/** @type {[any, any]} */ ...args) => {
    count.added += 1;
    addEventListener.apply(signal, args);
  });
  t.mock.method(signal, 'removeEventListener', (/** @type {[any, any]} */ ...args) => {
    count.removed += 1;
    removeEventListener.apply(signal, args);
  });
  const fetch = nodeFetch();
  for (let i = 0; i < 20; i += 1)
    await (await fetch(`http://127.0.0.1:${port}/`, { ...post, signal })).text();
  await assert.rejects(fetch('http://127.0.0.1:9/', { ...post, signal }));
  assert.deepEqual(count, { added: 21, removed: 21 });
});

test('the reason of a failed connection stands in `cause`', async () => {
  await assert.rejects(nodeFetch()('http://127.0.0.1:9/', post), (/** @type {any} */ error) => {
    assert.ok(error instanceof TypeError);
    return /** @type {any} */ (error.cause).code === 'ECONNREFUSED';
  });
  const run = parallelProcess('t', one, { baseURL: 'http://127.0.0.1:9', fetch: nodeFetch(), maxRetries: 0 });
  await assert.rejects(run, (/** @type {any} */ { results }) => {
    assert.equal(results[0].error.code, 'NETWORK');
    return /ECONNREFUSED/.test(results[0].error.message);
  });
});

test('an answer may begin as late as it likes: no clock is running', async (t) => {
  let release = () => {};
  const port = await serve(t, (_, response) => {
    release = () => complete(response, 'late');
  });
  const agent = new http.Agent({ keepAlive: true });
  t.after(() => agent.destroy());
  const asked = nodeFetch(agent)(`http://127.0.0.1:${port}/`, post);
  const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
  const before = timers();
  await after(50);
  const sockets = Object.values(agent.sockets).flat();
  assert.equal(sockets.length, 1);
  assert.ok(!sockets[0]?.timeout, 'the connection has no limit');
  assert.ok(timers() <= before);
  release();
  assert.match(await (await asked).text(), /late/);
});

test('an address may be one of IPv6', async (t) => {
  const port = await serve(t, (_, response) => response.end('six'), '::1').catch(() => undefined);
  if (port === undefined) return t.skip('there is no IPv6 here');
  assert.equal(await (await nodeFetch()(`http://[::1]:${port}/`, post)).text(), 'six');
});

test('an address with a password or of another protocol is refused, and not repeated', async () => {
  for (const url of ['http://me:secret@127.0.0.1/', 'ftp://127.0.0.1/secret', 'secret'])
    await assert.rejects(nodeFetch()(url, post), (/** @type {any} */ error) => !/secret/.test(error.message));
});

test('an answer that comes before all of the request is sent ends both', async (t) => {
  // It never reads on.
  const server = createServer((socket) => {
    socket.once('data', () => {
      socket.pause();
      socket.write(answer(completion));
    });
    socket.on('error', () => {});
    socket.unref();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  const startedAt = performance.now();
  const printed = await execScript(`
    import { nodeFetch } from 'parallelization-agent/node';
    const body = 'x'.repeat(8_000_000);
    const response = await nodeFetch()('http://127.0.0.1:${port}/', { method: 'POST', body });
    console.log((await response.text()).length);
  `);
  assert.equal(printed, `${completion.length}\n`);
  assert.ok(performance.now() - startedAt < 3500, 'it ended by itself');
});

test('a server that answers before it has read all, and then breaks off, ends no process', async (t) => {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => socket.write(answer(completion), () => socket.resetAndDestroy()));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  const printed = await execScript(`
    import { nodeFetch } from 'parallelization-agent/node';
    const body = 'x'.repeat(8_000_000);
    // The answer may have come, or have been lost with the connection.
    const answered = nodeFetch()('http://127.0.0.1:${port}/', { method: 'POST', body });
    await answered.then((response) => response.text()).catch(() => {});
    setTimeout(() => console.log('alive'), 200);
  `);
  assert.equal(printed, 'alive\n');
});

test('a switch of protocols is no answer', async (t) => {
  const upgrade = 'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: tea\r\n\r\n';
  const server = await startRawServer(t, (socket) => socket.write(upgrade));
  const asked = nodeFetch()(server.baseURL, post);
  await assert.rejects(asked, (/** @type {any} */ { cause }) =>
    /closed without an answer/.test(cause.message),
  );
});

test('nothing keeps the process alive after the last run', async (t) => {
  const server = await startModelServer(t, (_, response) => complete(response, 'x'));
  const startedAt = performance.now();
  const printed = await execScript(`
    import { parallelProcess } from 'parallelization-agent';
    import { nodeFetch } from 'parallelization-agent/node';
    const options = { baseURL: '${server.baseURL}', fetch: nodeFetch(), aggregate: false };
    const { results } = await parallelProcess('t', [{ id: 'a', content: 'x' }], options);
    console.log(results[0].result);
  `);
  assert.equal(printed, 'x\n');
  // The server keeps idle connections for 5 s.
  assert.ok(performance.now() - startedAt < 4500, 'it ended by itself');
});

test('it works in a worker of Node, which ends by itself as well', async (t) => {
  const server = await startModelServer(t, (_, response) => complete(response, 'from a worker'));
  const worker = new Worker(new URL('./node-fetch-worker.mjs', import.meta.url), {
    workerData: server.baseURL,
  });
  const [[message], [code]] = await Promise.all([once(worker, 'message'), once(worker, 'exit')]);
  assert.deepEqual([message, code], ['from a worker', 0]);
});
