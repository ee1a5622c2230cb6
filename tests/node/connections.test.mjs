// @ts-check
/**
 * Connections are kept from one stream to the next, and nothing is held open or held back for it.
 */

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import { describe, test } from 'node:test';
import { batch, parallelProcess } from 'parallelization-agent';
import { nodeFetch } from 'parallelization-agent/node';
import { after } from './model-server.mjs';
import { answer, startRawServer } from './raw-server.mjs';

const WELL = 'data: {"choices":[{"delta":{"content":"well"}}]}\n\n';
const END = 'data: {"choices":[{"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n';
/** Where the end of a stream takes longer than this, a new connection is opened. */
const WAITED_MS = 50;
const inputs = (/** @type {number} */ count) => Array.from({ length: count }, (_, index) => `${index}`);

/**
 * A server that ends its streams some time after their last event, or never.
 * @param {import('node:test').TestContext} t
 * @param {number} endsAfterMs
 */
async function startServer(t, endsAfterMs, events = WELL + END) {
  const seen = { requests: 0, connections: 0, cut: 0, slowestEndMs: 0 };
  const server = createServer(async (request, response) => {
    for await (const _ of request);
    seen.requests += 1;
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write(events);
    const writtenAt = performance.now();
    response.on('close', () => {
      if (!response.writableFinished) seen.cut += 1;
      seen.slowestEndMs = Math.max(seen.slowestEndMs, performance.now() - writtenAt);
    });
    if (endsAfterMs === Number.POSITIVE_INFINITY) return;
    await after(endsAfterMs);
    response.end();
  });
  server.on('connection', () => {
    seen.connections += 1;
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  return { seen, baseURL: `http://127.0.0.1:${port}/v1` };
}

const transports = { 'the global fetch': () => undefined, nodeFetch: () => nodeFetch() };
for (const [name, transport] of Object.entries(transports)) {
  describe(`over ${name}`, () => {
    for (const endsAfterMs of [0, 5]) {
      test(`60 streams that end ${endsAfterMs} ms after their last event share the connections of 10`, async (t) => {
        // On a busy machine, an end may take so long that nobody waits for it: this says nothing.
        for (;;) {
          const { seen, baseURL } = await startServer(t, endsAfterMs);
          const options = { baseURL, stream: true, concurrency: 10, fetch: transport() };
          const { metadata } = await batch(inputs(60), options);
          assert.equal(metadata.completedTasks, 60);
          if (seen.connections > 10 && seen.slowestEndMs > WAITED_MS) continue;
          assert.ok(seen.connections <= 10, `${seen.connections} connections`);
          return assert.equal(seen.cut, 0);
        }
      });
    }

    test('a server that closes a connection in the moment in which it is used again costs no attempt', async (t) => {
      // As llama.cpp's: its answers say that connections are kept, and those of streams are not.
      const server = await startRawServer(t, (socket, { onConnection }) => {
        if (onConnection > 0) socket.end();
        else socket.write(answer(WELL + END, 'text/event-stream'));
      });
      const options = { baseURL: server.baseURL, stream: true, concurrency: 1, fetch: transport() };
      const { metadata } = await batch(inputs(20), options);
      assert.deepEqual([metadata.completedTasks, metadata.attempts], [20, 20]);
      assert.deepEqual(server.seen, [0, ...Array(19).fill([1, 0]).flat()]);
    });

    test('one that closes it in the middle of its work does', async (t) => {
      const server = await startRawServer(t, async (socket, { index }) => {
        if (index !== 1) return socket.write(answer(WELL + END, 'text/event-stream'));
        await after(150);
        socket.end();
      });
      const options = { baseURL: server.baseURL, stream: true, concurrency: 1, fetch: transport() };
      const { metadata } = await batch(inputs(2), options);
      assert.deepEqual([metadata.completedTasks, metadata.attempts], [2, 3]);
    });

    test('a call whose connection breaks before the answer has used its prompt, for all that is known', async (t) => {
      const server = await startRawServer(t, async (socket) => {
        await after(150);
        socket.end();
      });
      const failed = async (/** @type {string} */ baseURL) => {
        const options = { baseURL, fetch: transport(), maxRetries: 0 };
        const { results } = await batch(['x'], options).catch((/** @type {any} */ error) => error);
        return results[0];
      };
      const broken = await failed(server.baseURL);
      assert.equal(broken.error.code, 'NETWORK');
      assert.match(broken.error.message, /The connection to 127\.0\.0\.1:\d+ broke off/);
      assert.ok(broken.metadata.tokens > 0 && broken.metadata.estimated);
      // Nobody listens there.
      const unreached = await failed('http://127.0.0.1:1/v1');
      assert.match(unreached.error.message, /Could not reach/);
      assert.equal(unreached.metadata.tokens, 0);
    });

    test('a stream that never ends holds up no answer, and is cut off soon', async (t) => {
      const { seen, baseURL } = await startServer(t, Number.POSITIVE_INFINITY);
      const begun = performance.now();
      const options = { baseURL, stream: true, concurrency: 1, fetch: transport() };
      const { metadata } = await batch(inputs(50), options);
      const tookMs = performance.now() - begun;
      assert.equal(metadata.completedTasks, 50);
      assert.ok(tookMs < 50 * 100, `${tookMs} ms: it did not wait for the end of each`);
      for (let i = 0; i < 500 && seen.cut < 50; i += 1) await after(20);
      assert.equal(seen.cut, 50);
    });

    test('a call that is given up while it waits for a connection has used nothing', async (t) => {
      for (;;) {
        const { seen, baseURL } = await startServer(t, Number.POSITIVE_INFINITY);
        const run = batch(inputs(2), { baseURL, stream: true, concurrency: 1, fetch: transport() });
        const given = assert.rejects(run, (/** @type {any} */ { results }) => {
          assert.deepEqual(
            [results[0].status, results[1].metadata.tokens > 0],
            ['completed', seen.requests > 1],
          );
          return true;
        });
        for await (const event of run)
          if (event.type === 'TEXT_MESSAGE_END') setTimeout(() => run.abort(), 20);
        await given;
        // On a busy machine it may have been sent by then.
        if (seen.requests === 1) return;
      }
    });

    test('a stream that is stopped early is cut off, and not read on', async (t) => {
      const { seen, baseURL } = await startServer(t, Number.POSITIVE_INFINITY, WELL);
      const options = /** @type {const} */ ({ stream: true, aggregate: false });
      const run = parallelProcess('t', [{ id: 'a', content: 'x' }], {
        ...options,
        baseURL,
        fetch: transport(),
      });
      const stopped = assert.rejects(run);
      for await (const event of run) if (event.type === 'TEXT_MESSAGE_CONTENT') run.abort('enough');
      await stopped;
      for (let i = 0; i < 500 && seen.cut < 1; i += 1) await after(1);
      assert.equal(seen.cut, 1);
    });
  });

  test(`a stream that never ends keeps no process alive, over ${name}`, async (t) => {
    const { baseURL } = await startServer(t, Number.POSITIVE_INFINITY);
    const fetch = name === 'nodeFetch' ? ', fetch: nodeFetch()' : '';
    const program = `
      import { parallelProcess } from 'parallelization-agent';
      import { nodeFetch } from 'parallelization-agent/node';
      const options = { baseURL: '${baseURL}', stream: true, aggregate: false${fetch} };
      const { results } = await parallelProcess('t', [{ id: 'a', content: 'x' }], options);
      process.stdout.write(results[0].result);
    `;
    const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
      cwd: import.meta.dirname,
    });
    let said = '';
    child.stdout.on('data', (piece) => {
      said += piece;
    });
    // Far longer than it takes, and far shorter than the server would.
    const timer = setTimeout(() => child.kill(), 30_000);
    const code = await new Promise((resolve) => child.on('exit', resolve));
    clearTimeout(timer);
    assert.deepEqual([code, said], [0, 'well']);
  });
}
