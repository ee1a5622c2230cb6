// @ts-check
/** `nodeFetch`: what it does that the wire tests, which run over it too, do not see. */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import { createServer } from 'node:net';
import { describe, test } from 'node:test';
import { Worker } from 'node:worker_threads';
import zlib from 'node:zlib';
import { batch, parallelProcess } from 'parallelization-agent';
import { nodeFetch } from 'parallelization-agent/node';
import { after, complete, startModelServer } from './model-server.mjs';
import { answer, execScript, startRawServer } from './raw-server.mjs';

const one = [{ id: 'a', content: 'x' }];
const post = { method: 'POST', body: '{}' };

/**
 * A server whose answers to everything are the test's.
 * @param {import('node:test').TestContext} t
 * @param {http.RequestListener} listener
 */
async function serve(t, listener, host = '127.0.0.1') {
  const server = http.createServer(listener).listen(0, host);
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return /** @type {import('node:net').AddressInfo} */ (server.address()).port;
}

const completion = JSON.stringify({ choices: [{ message: { content: 'Grüße ☀️' }, finish_reason: 'stop' }] });
const createZstd = /** @type {any} */ (zlib).zstdCompressSync;
/** @type {[string, (text: string | Buffer) => Buffer][]} */
const codings = [
  ['gzip', zlib.gzipSync],
  ['deflate', zlib.deflateSync],
  ['deflate', zlib.deflateRawSync],
  ['br', zlib.brotliCompressSync],
  ['gzip, br', (text) => zlib.brotliCompressSync(zlib.gzipSync(text))],
  ['GZIP', zlib.gzipSync],
  ['identity', (text) => Buffer.from(text)],
  ...(createZstd ? [/** @type {[string, any]} */ (['zstd', createZstd])] : []),
];

describe('a packed answer is unpacked', () => {
  for (const [coding, pack] of codings) {
    test(`from ${coding} (${pack.name || 'both'}), whole and as a stream`, async (t) => {
      const events = `data: ${completion.replace('message', 'delta')}\n\ndata: [DONE]\n\n`;
      const port = await serve(t, async (request, response) => {
        assert.match(String(request.headers['accept-encoding']), /^gzip, deflate, br/);
        let asked = '';
        for await (const piece of request) asked += piece;
        const isStream = JSON.parse(asked).stream;
        const type = isStream ? 'text/event-stream' : 'application/json';
        response.writeHead(200, { 'content-type': type, 'content-encoding': coding });
        response.end(pack(isStream ? events : completion));
      });
      for (const stream of [false, true]) {
        const options = { baseURL: `http://127.0.0.1:${port}/v1`, fetch: nodeFetch(), aggregate: false };
        const { results } = await parallelProcess('t', one, { ...options, stream, maxRetries: 0 });
        assert.equal(results[0].result, 'Grüße ☀️');
      }
    });
  }

  test('an event of a packed stream is handed on when it comes', async (t) => {
    let goOn = () => {};
    const port = await serve(t, async (_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'content-encoding': 'gzip' });
      const gzip = zlib.createGzip();
      gzip.pipe(response);
      gzip.write('data: first\n\n');
      gzip.flush();
      await new Promise((resolve) => {
        goOn = () => resolve(undefined);
      });
      gzip.end('data: second\n\n');
    });
    const response = await nodeFetch()(`http://127.0.0.1:${port}/`, post);
    const reader = response.body?.getReader();
    assert.equal(String((await reader?.read())?.value), 'data: first\n\n');
    goOn();
    assert.equal(String((await reader?.read())?.value), 'data: second\n\n');
    assert.equal((await reader?.read())?.done, true);
  });

  test('a packed body that is cut off is a failure, and not the end of the answer', async (t) => {
    const port = await serve(t, (_, response) => {
      const packed = zlib.gzipSync(completion);
      response.writeHead(200, { 'content-encoding': 'gzip', 'content-length': packed.length });
      response.write(packed.subarray(0, 20), () => response.destroy());
    });
    const run = parallelProcess('t', one, {
      baseURL: `http://127.0.0.1:${port}`,
      fetch: nodeFetch(),
      maxRetries: 0,
    });
    await assert.rejects(run, (/** @type {any} */ { results }) => results[0].error.code === 'NETWORK');
  });

  test('rubbish under the name of a coding is a failure', async (t) => {
    const port = await serve(t, (_, response) =>
      response.writeHead(200, { 'content-encoding': 'br' }).end('not packed at all'),
    );
    const response = await nodeFetch()(`http://127.0.0.1:${port}/`, post);
    await assert.rejects(response.text(), (/** @type {any} */ { cause }) => /ERROR/.test(cause.code));
  });
});

describe('a small body that becomes a huge one', () => {
  const bomb = zlib.gzipSync(Buffer.alloc(96 * 1024 * 1024));

  test('is unpacked as far as it is read', async (t) => {
    const port = await serve(t, (_, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb),
    );
    const before = process.memoryUsage().arrayBuffers;
    const response = await nodeFetch()(`http://127.0.0.1:${port}/`, post);
    const reader = response.body?.getReader();
    await reader?.read();
    await after(300);
    const grown = process.memoryUsage().arrayBuffers - before;
    assert.ok(grown < 16 * 1024 * 1024, `${grown} bytes are waiting`);
    reader?.cancel();
  });

  test('is no text', async (t) => {
    const port = await serve(t, (_, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb),
    );
    const response = await nodeFetch()(`http://127.0.0.1:${port}/`, post);
    await assert.rejects(response.text(), /longer than/);
  });
});

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

test('a switch of protocols is no answer', async (t) => {
  const upgrade = 'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: tea\r\n\r\n';
  const server = await startRawServer(t, (socket) => socket.write(upgrade));
  const asked = nodeFetch()(server.baseURL, post);
  await assert.rejects(asked, (/** @type {any} */ { cause }) =>
    /closed without an answer/.test(cause.message),
  );
});

test('what is wrong with a body is told by its own name', async (t) => {
  const head = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n';
  const server = await startRawServer(t, (socket) => socket.write(`${head}5\r\nhello\r\nnonsense\r\n`));
  const response = await nodeFetch()(server.baseURL, post);
  await assert.rejects(
    response.text(),
    (/** @type {any} */ { cause }) => cause.code === 'HPE_INVALID_CHUNK_SIZE',
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
