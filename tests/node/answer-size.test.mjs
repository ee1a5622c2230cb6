// @ts-check
/**
 * `maxAnswerBytes`: no answer fills the memory, whole or streamed, packed or not, and whatever
 * brings it.
 */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { PassThrough } from 'node:stream';
import { describe, test } from 'node:test';
import zlib from 'node:zlib';
import { parallelProcess } from 'parallelization-agent';
import { nodeFetch } from 'parallelization-agent/node';

const maxAnswerBytes = 100_000;
const inPieces = 1_000;
const one = [{ id: 'a', content: 'x' }];

/** How a body is written: before its text, each piece of that, and after it. */
const shapes = {
  'a whole answer': {
    stream: false,
    before: '{"choices":[{"message":{"content":"',
    piece: (/** @type {string} */ text) => text,
    after: '"},"finish_reason":"stop"}]}',
  },
  'a stream': {
    stream: true,
    before: '',
    piece: (/** @type {string} */ text) => `data: {"choices":[{"delta":{"content":"${text}"}}]}\n\n`,
    after: 'data: {"choices":[{"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n',
  },
  'thoughts in a stream': {
    stream: true,
    before: '',
    piece: (/** @type {string} */ text) =>
      `data: {"choices":[{"delta":{"reasoning_content":"${text}"}}]}\n\n`,
    after: 'data: {"choices":[{"delta":{"content":"x"},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n',
  },
  'a whole answer to who asked for a stream': {
    stream: true,
    before: '{"choices":[{"message":{"content":"',
    piece: (/** @type {string} */ text) => text,
    after: '"},"finish_reason":"stop"}]}',
  },
  'blanks before an answer to who asked for a stream': {
    stream: true,
    before: '',
    piece: (/** @type {string} */ text) => text.replaceAll('x', ' '),
    after: '{"choices":[{"message":{"content":"x"},"finish_reason":"stop"}]}',
  },
};

const packers = {
  '': () => new PassThrough(),
  gzip: () => zlib.createGzip(),
  br: () => zlib.createBrotliCompress({ params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 1 } }),
};

const transports = { 'the global fetch': undefined, nodeFetch: nodeFetch() };

/** @typedef {(typeof shapes)[keyof typeof shapes]} Shape */

/**
 * @param {import('node:test').TestContext} t
 * @param {Shape} shape
 * @param {keyof typeof packers} coding
 * @param {number} length  of the text; it may have no end
 */
async function startServer(t, shape, coding, length) {
  /** @type {(value: unknown) => void} */
  let tell = () => {};
  const closed = new Promise((resolve) => {
    tell = resolve;
  });
  const server = createServer(async (request, response) => {
    request.resume();
    const type = shape.stream ? 'text/event-stream' : 'application/json';
    response.writeHead(200, { 'content-type': type, ...(coding && { 'content-encoding': coding }) });
    const packer = packers[coding]();
    packer.pipe(response);
    response.on('close', () => {
      packer.destroy();
      tell(undefined);
    });
    packer.write(shape.before);
    for (let left = length; left > 0 && !packer.destroyed; left -= inPieces) {
      if (packer.write(shape.piece('x'.repeat(Math.min(left, inPieces))))) continue;
      await Promise.race([once(packer, 'drain'), closed]);
    }
    if (!packer.destroyed) packer.end(shape.after);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  return { baseURL: `http://127.0.0.1:${port}/v1`, closed };
}

for (const [transport, fetch] of Object.entries(transports)) {
  for (const [name, shape] of Object.entries(shapes)) {
    describe(`${name}, over ${transport}`, () => {
      for (const coding of /** @type {(keyof typeof packers)[]} */ (Object.keys(packers))) {
        const packed = coding ? `, packed by ${coding}` : '';
        const options = {
          fetch,
          maxAnswerBytes,
          maxRetries: 0,
          stream: shape.stream,
          aggregate: /** @type {const} */ (false),
        };
        test(`is taken in up to the limit${packed}`, async (t) => {
          const { baseURL } = await startServer(t, shape, coding, maxAnswerBytes - 500);
          const { results } = await parallelProcess('t', one, { ...options, baseURL });
          assert.equal(results[0].status, 'completed');
        });

        test(`is cut off where it has no end${packed}`, async (t) => {
          const { baseURL, closed } = await startServer(t, shape, coding, Number.POSITIVE_INFINITY);
          const error = await parallelProcess('t', one, { ...options, baseURL }).catch((error) => error);
          assert.equal(error.results[0].error.code, 'BAD_RESPONSE');
          assert.match(error.results[0].error.message, /`maxAnswerBytes` \(100000\)/);
          await closed;
        });
      }
    });
  }
}

test('what `complete` gives is bounded as well, whole and in pieces', async () => {
  const options = { maxAnswerBytes, maxRetries: 0, aggregate: /** @type {const} */ (false) };
  const whole = async () => 'x'.repeat(maxAnswerBytes + 1);
  const inText = async () => ({ text: 'x'.repeat(maxAnswerBytes + 1) });
  async function* pieces() {
    for (;;) yield 'x'.repeat(inPieces);
  }
  for (const complete of [whole, inText, pieces]) {
    for (const stream of [false, true]) {
      const run = parallelProcess('t', one, { ...options, stream, complete });
      const error = await run.catch((error) => error);
      assert.equal(error.results[0].error.code, 'BAD_RESPONSE');
    }
  }
});
