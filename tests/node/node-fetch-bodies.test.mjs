// @ts-check
/** `nodeFetch`: packed bodies, and broken ones. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import zlib from 'node:zlib';
import { parallelProcess } from 'parallelization-agent';
import { nodeFetch } from 'parallelization-agent/node';
import { serve } from './http-server.mjs';
import { after } from './model-server.mjs';
import { startRawServer } from './raw-server.mjs';

const one = [{ id: 'a', content: 'x' }];
const post = { method: 'POST', body: '{}' };
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

test('what is wrong with a body is told by its own name', async (t) => {
  const head = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n';
  const server = await startRawServer(t, (socket) => socket.write(`${head}5\r\nhello\r\nnonsense\r\n`));
  const response = await nodeFetch()(server.baseURL, post);
  await assert.rejects(
    response.text(),
    (/** @type {any} */ { cause }) => cause.code === 'HPE_INVALID_CHUNK_SIZE',
  );
});
