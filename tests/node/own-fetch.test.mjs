// @ts-check
/** `fetch`: the caller's own, and answers of whatever class. */

import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { AwsClient } from 'aws4fetch';
import { parallelProcess } from 'parallelization-agent';
import { complete, respond, startModelServer } from './model-server.mjs';

const one = [{ id: 'a', content: 'x' }];
const chunk = (/** @type {object} */ delta, finish_reason = null) =>
  `data: ${JSON.stringify({ choices: [{ delta, finish_reason }] })}\n\n`;
const sse = `${chunk({ content: 'Grüße ' })}${chunk({ content: '☀️' }, /** @type {any} */ ('stop'))}data: [DONE]\n\n`;
const whole = JSON.stringify({
  choices: [{ message: { content: 'Grüße ☀️' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 3, completion_tokens: 2 },
});
const headers = { get: (/** @type {string} */ name) => (name === 'x-request-id' ? 'req-7' : null) };

class Liar extends Uint8Array {
  /** @returns {number} */
  get length() {
    throw new Error('no length');
  }

  get byteLength() {
    return 2 ** 40;
  }
}

/** @param {Uint8Array} bytes */
const inPieces = (bytes) => ({
  getReader() {
    const pieces = [bytes];
    return { read: async () => ({ done: pieces.length === 0, value: pieces.pop() }), cancel() {} };
  },
});

/** Answers of many makes, each for a streamed request and for one that is not. */
const makes = {
  'the global Response': (/** @type {string} */ body) =>
    new Response(body, { headers: { 'x-request-id': 'req-7' } }),
  'an object with a stream of the web': (/** @type {string} */ body) => ({
    status: 200,
    headers,
    body: new Response(body).body,
    text: async () => body,
  }),
  // As node-fetch 2 has it.
  'an object with a stream of Node': (/** @type {string} */ body) => ({
    status: 200,
    headers,
    body: Readable.from([body]),
    text: async () => body,
  }),
  'an object whose pieces lie in a larger buffer': (/** @type {string} */ body) => ({
    status: 200,
    headers,
    body: inPieces(Buffer.from(`--${body}--`).subarray(2, -2)),
  }),
  'an object whose pieces lie about their size': (/** @type {string} */ body) => ({
    status: 200,
    headers,
    body: inPieces(Liar.from(Buffer.from(body))),
  }),
  // As React Native has it.
  'an object without a body': (/** @type {string} */ body) => ({
    status: 200,
    headers,
    text: async () => body,
  }),
  'a mock whose text is no promise': (/** @type {string} */ body) => ({
    status: 200,
    headers,
    text: () => body,
  }),
  'an object without headers': (/** @type {string} */ body) => ({ status: 200, text: async () => body }),
};

for (const [name, make] of Object.entries(makes)) {
  test(`${name} is read, streamed and whole`, async () => {
    for (const [stream, body] of /** @type {const} */ ([
      [true, sse],
      [false, whole],
    ])) {
      const { results } = await parallelProcess('t', one, {
        baseURL: 'https://nowhere.example/v1',
        fetch: async () => /** @type {any} */ (make(body)),
        aggregate: false,
        stream,
      });
      assert.equal(results[0].result, 'Grüße ☀️');
      const expected = name === 'an object without headers' ? null : 'req-7';
      assert.equal(results[0].metadata.requestId, expected);
    }
  });
}

const nonsense = {
  'nothing at all': undefined,
  'a string': 'text',
  'an object without a status': {},
  'a status alone': { status: 200 },
  'a text that throws': {
    status: 200,
    text() {
      throw new Error('no text');
    },
  },
  'a stream that throws': {
    status: 200,
    body: {
      getReader() {
        throw new Error('locked');
      },
    },
  },
};

for (const [name, answer] of Object.entries(nonsense)) {
  test(`${name} is a typed failure`, async () => {
    for (const stream of [true, false]) {
      const run = parallelProcess('t', one, {
        baseURL: 'https://nowhere.example/v1',
        fetch: async () => /** @type {any} */ (answer),
        maxRetries: 0,
        stream,
      });
      await assert.rejects(run, (/** @type {any} */ error) =>
        ['BAD_RESPONSE', 'NETWORK'].includes(error.results[0].error.code),
      );
    }
  });
}

test('it is called with an address and what a fetch takes', async () => {
  /** @type {[string, RequestInit][]} */
  const calls = [];
  await parallelProcess('t', one, {
    baseURL: 'https://nowhere.example/v1',
    apiKey: 'the-key-of-this-test',
    headers: { 'x-team': 'search' },
    fetch: async (url, init) => {
      calls.push([url, init]);
      return new Response(whole);
    },
    aggregate: false,
  });
  const [[url, init]] = calls;
  assert.equal(url, 'https://nowhere.example/v1/chat/completions');
  assert.equal(init.method, 'POST');
  assert.ok(init.signal instanceof AbortSignal);
  const sent = new Headers(init.headers);
  assert.equal(sent.get('authorization'), 'Bearer the-key-of-this-test');
  assert.equal(sent.get('x-team'), 'search');
  assert.equal(JSON.parse(String(init.body)).messages.at(-1).content, 'x');
});

test('what a patched fetch adds to one request is not in the next', async (t) => {
  const original = globalThis.fetch;
  t.after(() => {
    globalThis.fetch = original;
  });
  /** @type {(string | null)[]} */
  const seen = [];
  let request = 0;
  // As tracing does it, in the very object that it is given.
  globalThis.fetch = async (_, init) => {
    const headers = /** @type {Headers} */ (init?.headers);
    assert.ok(headers instanceof Headers);
    headers.append('traceparent', `trace-${++request}`);
    headers.set('authorization', `${headers.get('authorization')}!`);
    seen.push(`${headers.get('traceparent')} ${headers.get('authorization')}`);
    return new Response(whole, { headers: { 'content-type': 'application/json' } });
  };
  const subtasks = Array.from({ length: 80 }, (_, index) => ({ id: `t${index}`, content: 'x' }));
  const options = {
    baseURL: 'http://model.test/v1',
    apiKey: 'key',
    concurrency: 2,
    aggregate: /** @type {const} */ (false),
  };
  await parallelProcess('t', subtasks, options);
  assert.deepEqual(
    seen,
    subtasks.map((_, index) => `trace-${index + 1} Bearer key!`),
  );
});

for (const code of ['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT']) {
  test(`a time-out of Node's own fetch (${code}) is told as one, with what to do, and its tokens count`, async () => {
    // As undici throws them.
    const error = new TypeError('fetch failed', {
      cause: Object.assign(new Error('Headers Timeout Error'), { code }),
    });
    const broken = new ReadableStream({ pull: (controller) => controller.error(error) });
    const run = parallelProcess('t', one, {
      baseURL: 'https://nowhere.example/v1',
      maxRetries: 0,
      fetch: async () => {
        if (code === 'UND_ERR_BODY_TIMEOUT') return new Response(broken);
        throw error;
      },
    });
    await assert.rejects(run, (/** @type {any} */ { results, metadata }) => {
      assert.equal(results[0].error.code, 'TIMEOUT');
      assert.match(results[0].error.message, /300 s.*`stream: true`.*nodeFetch\(\)/);
      assert.ok(metadata.totalTokens > 0, 'the server has read the prompt');
      return true;
    });
  });
}

test('aws4fetch signs each try, and the run repeats what fails', async (t) => {
  const server = await startModelServer(t, (_, response) =>
    server.requests.length === 1 ? respond(response, 503, {}) : complete(response, 'x'),
  );
  const aws = new AwsClient({
    accessKeyId: 'AKID',
    secretAccessKey: 'secret',
    region: 'us-east-1',
    service: 'bedrock',
    retries: 0,
  });
  const { results, metadata } = await parallelProcess('t', one, {
    baseURL: server.baseURL,
    apiKey: 'not for Bedrock',
    fetch: (input, init) => aws.fetch(input, init),
    aggregate: false,
  });
  assert.equal(results[0].result, 'x');
  assert.equal(metadata.retries, 1);
  assert.equal(server.requests.length, 2);
  for (const { headers, body } of server.requests) {
    assert.match(
      headers.authorization ?? '',
      /^AWS4-HMAC-SHA256 Credential=AKID\/\d{8}\/us-east-1\/bedrock\/aws4_request, .*Signature=[0-9a-f]{64}$/,
    );
    assert.equal(body.messages.at(-1).content, 'x');
  }
});

test('a body that tells of more after its end ends no run', async () => {
  /** @type {(() => void)[]} */
  const tellers = [];
  const fetch = async () => {
    let isThere = false;
    const pieces = [null, Buffer.from(sse)];
    return /** @type {any} */ ({
      status: 200,
      headers,
      body: {
        nextPiece: () => (isThere ? pieces.pop() : undefined),
        onPiece(/** @type {() => void} */ tell) {
          tellers.push(tell);
          setTimeout(() => {
            isThere = true;
            tell();
          }, 1);
        },
        cancel() {},
      },
    });
  };
  const options = { baseURL: 'https://nowhere.example/v1', apiKey: 'k', stream: true, fetch };
  const subtasks = [...one, { id: 'b', content: 'x', dependencies: ['a'] }];
  const onEvent = () => {
    for (const tell of tellers) tell();
  };
  const { results } = await parallelProcess('t', subtasks, { ...options, onEvent, aggregate: false });
  assert.deepEqual(
    results.map(({ result }) => result),
    ['Grüße ☀️', 'Grüße ☀️'],
  );
});
