// @ts-check
/**
 * Faults on the wire and what servers ask for: each answered as HTTP and the providers' pages say.
 */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parallelProcess } from 'parallelization-agent';
import { after, complete, respond, startModelServer, stream } from './model-server.mjs';

const one = [{ id: 'a', content: 'x' }];

/**
 * Runs one task against a server that answers the first request as told and all others well. Gives
 * the time between the two requests.
 * @param {import('node:test').TestContext} t
 * @param {(response: import('node:http').ServerResponse) => unknown} first
 * @param {object} [options]
 */
async function gapAfter(t, first, options) {
  /** @type {number[]} */
  const times = [];
  const server = await startModelServer(t, async ({ index }, response) => {
    times.push(performance.now());
    if (index === 0) await first(response);
    else if (options && 'stream' in options) await stream(response, ['well']);
    else complete(response, 'well');
  });
  const { results } = await parallelProcess('t', one, {
    baseURL: server.baseURL,
    aggregate: false,
    ...options,
  });
  assert.equal(results[0].result, 'well');
  assert.equal(times.length, 2);
  return times[1] - times[0];
}

// The clock of `setTimeout` may be a millisecond early, and a date is read a moment after it was
// written.
const slack = 100;

describe('the wait is what the server asks', { concurrency: true }, () => {
  const fromNow = (/** @type {number} */ ms) => new Date(Date.now() + ms);
  /** @type {[string, number, () => Record<string, string>, string][]} */
  const forms = [
    ['retry-after-ms', 1200, () => ({ 'retry-after-ms': '1200' }), ''],
    ['retry-after in seconds', 1000, () => ({ 'retry-after': '1' }), ''],
    // Whole seconds: at least one of the two is still to come.
    ['retry-after as a date', 1000, () => ({ 'retry-after': fromNow(2000).toUTCString() }), ''],
    [
      'retry-after-ms before retry-after',
      1100,
      () => ({ 'retry-after-ms': '1100', 'retry-after': '60' }),
      '',
    ],
    [
      'a reset header of OpenAI',
      1300,
      () => ({ 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': '1.3s' }),
      '',
    ],
    [
      'a reset header of Anthropic',
      1500,
      () => ({
        'anthropic-ratelimit-tokens-remaining': '0',
        'anthropic-ratelimit-tokens-reset': fromNow(1500).toISOString(),
      }),
      '',
    ],
    ['its own words', 1234, () => ({}), 'Rate limit reached. Please try again in 1.234s. Visit …'],
  ];
  for (const [name, waitMs, headers, message] of forms) {
    test(`by ${name}`, async (t) => {
      const gap = await gapAfter(t, (response) => respond(response, 429, { error: { message } }, headers()));
      assert.ok(gap >= waitMs - slack, `waited ${gap} ms of ${waitMs}`);
    });
  }

  for (const value of ['0', '-5', 'soon', 'Wed, 21 Oct 2015 07:28:00 GMT', '']) {
    test(`but not by a retry-after of "${value}"`, async (t) => {
      const gap = await gapAfter(t, (response) => respond(response, 429, {}, { 'retry-after': value }));
      assert.ok(gap >= 240, `backoff is at least 250 ms, and was ${gap}`);
    });
  }
});

describe('what may pass is tried again', { concurrency: true }, () => {
  for (const status of [408, 409, 429, 500, 502, 503, 504, 529]) {
    test(`status ${status}`, (t) =>
      gapAfter(t, (response) => respond(response, status, 'busy')).then(() => {}));
  }
  /** @type {[string, (response: import('node:http').ServerResponse) => unknown][]} */
  const faults = [
    ['a connection that is reset before the headers', (response) => response.socket?.resetAndDestroy()],
    ['a connection that is closed before the headers', (response) => response.socket?.end()],
    ['a web page under status 200', (response) => respond(response, 200, '<html>')],
    ['an empty body', (response) => respond(response, 200, '')],
    [
      'a body that stops short',
      (response) =>
        response.writeHead(200, { 'content-length': '500' }).write('{"choi', () => response.destroy()),
    ],
    [
      'a body that is reset',
      async (response) => {
        response.writeHead(200, { 'content-type': 'application/json' }).write('{"choices":');
        await after(20);
        response.socket?.resetAndDestroy();
      },
    ],
    [
      'a status that says no, with `x-should-retry: true`',
      (response) => respond(response, 400, {}, { 'x-should-retry': 'true' }),
    ],
  ];
  for (const [name, fault] of faults) {
    test(name, (t) => gapAfter(t, fault).then(() => {}));
  }
  test('headers that never come', (t) => gapAfter(t, () => {}, { timeoutMs: 1000 }).then(() => {}));
  test('a body that stands still', async (t) => {
    const stall = (/** @type {import('node:http').ServerResponse} */ response) =>
      response.writeHead(200).write('{');
    await gapAfter(t, stall, { timeoutMs: 1000 });
  });
  test('a stream that keeps alive and says nothing', async (t) => {
    await gapAfter(
      t,
      async (response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write('data: {"choices":[{"delta":{"content":"so"}}]}\n\n');
        while (!response.destroyed) {
          response.write(': keep-alive\n\n');
          await after(10);
        }
      },
      { stream: true, idleTimeoutMs: 1000 },
    );
  });
  test('a stream that ends before its answer', async (t) => {
    const cut = (/** @type {import('node:http').ServerResponse} */ response) =>
      response
        .writeHead(200, { 'content-type': 'text/event-stream' })
        .end('data: {"choices":[{"delta":{"content":"half an ans"}}]}\n\n');
    await gapAfter(t, cut, { stream: true });
  });
  test('an error within a stream', async (t) => {
    const fail = (/** @type {import('node:http').ServerResponse} */ response) =>
      response
        .writeHead(200, { 'content-type': 'text/event-stream' })
        .end('data: {"error":{"message":"overloaded","type":"server_error"}}\n\n');
    await gapAfter(t, fail, { stream: true });
  });
});

test('`x-should-retry: false` is final', async (t) => {
  const server = await startModelServer(t, (_, response) =>
    respond(response, 503, {}, { 'x-should-retry': 'false' }),
  );
  await assert.rejects(parallelProcess('t', one, { baseURL: server.baseURL }));
  assert.equal(server.requests.length, 1);
});

test('a redirect is not followed: somebody else would get the prompt and the key', async (t) => {
  const other = await startModelServer(t, (_, response) => complete(response, 'stolen'));
  for (const provider of /** @type {const} */ (['openai', 'anthropic', 'gemini'])) {
    const server = await startModelServer(t, (_, response) =>
      response.writeHead(307, { location: other.baseURL }).end(),
    );
    const run = parallelProcess('t', one, {
      baseURL: server.baseURL,
      provider,
      model: 'm',
      apiKey: 'sk-canary',
    });
    await assert.rejects(
      run,
      (/** @type {any} */ { cause }) => cause.status === 307 && /final address/.test(cause.message),
    );
    assert.equal(server.requests.length, 1);
  }
  assert.equal(other.requests.length, 0);
});

test('a text whose characters are cut anywhere comes out whole', async (t) => {
  const text = 'naïve – 漢字 – 🧵 – ok';
  const server = await startModelServer(t, async (_, response) => {
    const data = JSON.stringify({ choices: [{ delta: { content: text }, finish_reason: 'stop' }] });
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const byte of Buffer.from(`\ufeffdata: ${data}\r\n\r\ndata: [DONE]\r\n\r\n`)) {
      response.write(Buffer.of(byte));
      await new Promise(setImmediate);
    }
    response.end();
  });
  const { results } = await parallelProcess('t', one, {
    baseURL: server.baseURL,
    stream: true,
    aggregate: false,
  });
  assert.equal(results[0].result, text);
});

test('200 calls against a server that takes 60 in a window lose none', async (t) => {
  const windowMs = 1000;
  let window = { from: 0, taken: 0 };
  let refused = 0;
  const server = await startModelServer(t, async (_, response) => {
    const now = performance.now();
    if (now - window.from >= windowMs) window = { from: now, taken: 0 };
    window.taken += 1;
    if (window.taken <= 60) return complete(response, 'x');
    refused += 1;
    const wait = Math.ceil(windowMs - (now - window.from)) + 1;
    respond(response, 429, {}, { 'retry-after-ms': String(wait) });
  });
  const subtasks = Array.from({ length: 200 }, (_, index) => ({ id: `t${index}`, content: 'x' }));
  const { metadata } = await parallelProcess('t', subtasks, { baseURL: server.baseURL, aggregate: false });
  assert.equal(metadata.completedTasks, 200);
  assert.equal(metadata.attempts, 200 + refused);
  assert.ok(refused > 0, 'the limit was met');
});

test('a thousand runs on one signal leave no listener behind', async (t) => {
  const server = await startModelServer(t, (_, response) => complete(response, 'x'));
  const { signal } = new AbortController();
  let listeners = 0;
  const { addEventListener, removeEventListener } = signal;
  t.mock.method(signal, 'addEventListener', (/** @type {[any, any, any]} */ ...args) => {
    listeners += 1;
    addEventListener.apply(signal, args);
  });
  t.mock.method(signal, 'removeEventListener', (/** @type {[any, any]} */ ...args) => {
    listeners -= 1;
    removeEventListener.apply(signal, args);
  });
  for (let i = 0; i < 20; i += 1) {
    const runs = Array.from({ length: 50 }, () =>
      parallelProcess('t', one, { baseURL: server.baseURL, signal, aggregate: false }),
    );
    await Promise.all(runs);
  }
  assert.equal(listeners, 0);
});
