// @ts-check
/**
 * Servers that fail, hang or talk nonsense: a typed error, no hanging promise, and the server's
 * wishes respected.
 */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parallelProcess } from 'parallelization-agent';
import { after, complete, respond, startModelServer } from './model-server.mjs';

const one = [{ id: 'a', content: 'x' }];

/**
 * The error of the only task of a run that rejects.
 * @param {string} baseURL
 * @param {object} [options]
 */
async function failureAt(baseURL, options) {
  const run = parallelProcess('task', one, { baseURL, maxRetries: 0, ...options });
  const error = await run.then(
    () => assert.fail('the run resolved'),
    (/** @type {any} */ error) => error,
  );
  assert.equal(error.code, 'RUN_FAILED');
  assert.equal(error.cause.code, error.results[0].error.code);
  assert.equal(error.metadata.failedTasks, 1);
  return error.results[0].error;
}

test('an endpoint that is not there is a network error that says why', async (t) => {
  const server = await startModelServer(t, () => {});
  const nowhere = server.baseURL.replace(/:\d+/, ':9');
  const { code, message } = await failureAt(nowhere);
  assert.equal(code, 'NETWORK');
  assert.match(message, /Could not reach 127\.0\.0\.1:9/);
});

/** @type {[string, (response: import('node:http').ServerResponse) => unknown, string, RegExp][]} */
const nonsense = [
  [
    'a web page under status 200',
    (r) => respond(r, 200, '<!doctype html><p>Welcome'),
    'BAD_RESPONSE',
    /a web page.*`baseURL`/,
  ],
  ['an empty object', (r) => respond(r, 200, {}), 'BAD_RESPONSE', /no `choices\[0\]`/],
  ['an empty body', (r) => respond(r, 200, ''), 'TRUNCATED', /empty body/],
  ['half an answer', (r) => respond(r, 200, '{"choices":[{"mess'), 'TRUNCATED', /broke off/],
  [
    'an error under status 200',
    (r) => respond(r, 200, { error: { message: 'out of order' } }),
    'API_ERROR',
    /out of order/,
  ],
  [
    'a refusal of the key',
    (r) => respond(r, 401, { error: { message: 'bad key' } }),
    'API_ERROR',
    /401: bad key.*`apiKey`/,
  ],
  ['a model that is not there', (r) => respond(r, 404, { error: 'no model' }), 'API_ERROR', /`model`/],
  [
    'an empty purse',
    (r) => respond(r, 429, { error: { code: 'insufficient_quota' } }),
    'QUOTA_EXCEEDED',
    /Add credit/,
  ],
  ['a connection that breaks', (r) => r.destroy(), 'NETWORK', /broke off/],
];

for (const [name, answer, code, message] of nonsense) {
  test(`${name} is ${code}`, async (t) => {
    const server = await startModelServer(t, (_, response) => answer(response));
    const failure = await failureAt(server.baseURL);
    assert.equal(failure.code, code);
    assert.match(failure.message, message);
  });
}

test('what may pass is tried again, and the attempts are counted', async (t) => {
  const server = await startModelServer(t, ({ index }, response) =>
    index < 2 ? respond(response, 503, {}, { 'retry-after-ms': '5' }) : complete(response, 'at last'),
  );
  const { results, metadata } = await parallelProcess('t', one, {
    baseURL: server.baseURL,
    aggregate: false,
  });
  assert.equal(results[0].result, 'at last');
  assert.equal(results[0].metadata.attempts, 3);
  assert.deepEqual([metadata.attempts, metadata.retries], [3, 2]);
});

test('what cannot pass is not tried again', async (t) => {
  for (const status of [400, 401, 403, 404, 422]) {
    const server = await startModelServer(t, (_, response) => respond(response, status, {}));
    await failureAt(server.baseURL, { maxRetries: 5 });
    assert.equal(server.requests.length, 1, `status ${status}`);
  }
});

test('an attempt that takes too long is cut off on the wire', async (t) => {
  const server = await startModelServer(t, () => {});
  // A slow machine may take longer than that to get to the server at all.
  while (server.open.cut === 0) {
    const { code, message } = await failureAt(server.baseURL, { timeoutMs: 40 });
    assert.equal(code, 'TIMEOUT');
    assert.match(message, /`timeoutMs` \(40\)/);
    await after(10);
  }
});

test('an aborted run rejects with the reason, cuts its requests, and lets go of the signal', async (t) => {
  const server = await startModelServer(t, () => {});
  const controller = new AbortController();
  const added = t.mock.method(controller.signal, 'addEventListener');
  const removed = t.mock.method(controller.signal, 'removeEventListener');
  const run = parallelProcess('t', one, { baseURL: server.baseURL, signal: controller.signal });
  while (server.requests.length === 0) await after(1);
  const reason = new Error('the user left');
  controller.abort(reason);
  await assert.rejects(run, (/** @type {any} */ error) => {
    assert.deepEqual([error.name, error.code, error.cause], ['AbortError', 'ABORTED', reason]);
    assert.equal(error.results[0].status, 'cancelled');
    assert.ok(error.metadata.totalTokens > 0, 'what the server has read is in the account');
    return true;
  });
  while (server.open.cut === 0) await after(1);
  assert.equal(added.mock.callCount(), 1);
  assert.equal(removed.mock.callCount(), 1);
});

test('a run on a signal that is aborted already sends nothing', async (t) => {
  const server = await startModelServer(t, (_, response) => complete(response, 'x'));
  const run = parallelProcess('t', one, { baseURL: server.baseURL, signal: AbortSignal.abort('no') });
  await assert.rejects(run, (/** @type {any} */ error) => {
    assert.deepEqual([error.name, error.code, error.cause], ['AbortError', 'ABORTED', 'no']);
    assert.deepEqual([error.results, error.metadata.attempts], [[], 0]);
    return true;
  });
  assert.equal(server.requests.length, 0);
});

test('at its deadline a run resolves with what is done', async (t) => {
  const server = await startModelServer(t, ({ content }, response) => {
    if (content === 'quick') complete(response, 'done');
  });
  const subtasks = ['quick', 'slow'].map((content) => ({ id: content, content }));
  const { results, summary } = await parallelProcess('t', subtasks, {
    baseURL: server.baseURL,
    deadlineMs: 300,
  });
  assert.deepEqual(
    results.map(({ status }) => status),
    ['completed', 'cancelled'],
  );
  assert.equal(results[1].error?.code, 'DEADLINE_EXCEEDED');
  assert.equal(summary, null);
});

test('no key is in any error, event or result', async (t) => {
  const key = 'sk-canary-0123456789';
  const server = await startModelServer(t, ({ content, headers }, response) => {
    const echo = { error: { message: `Incorrect API key provided: ${headers.authorization}` } };
    if (content === 'a') respond(response, 401, echo);
    else if (content === 'b') respond(response, 200, echo);
    else if (content === 'c') respond(response, 500, `<p>${key}</p>`);
    else complete(response, 'fine');
  });
  /** @type {unknown[]} */
  const output = [];
  const subtasks = ['a', 'b', 'c', 'd'].map((content) => ({ id: content, content }));
  const onEvent = (/** @type {object} */ event) => output.push(event);
  output.push(
    await parallelProcess('t', subtasks, { baseURL: server.baseURL, apiKey: key, maxRetries: 0, onEvent }),
  );
  for (const options of [{ onError: /** @type {const} */ ('throw') }, { quorum: 4 }]) {
    const run = parallelProcess('t', subtasks, {
      baseURL: server.baseURL,
      apiKey: key,
      maxRetries: 0,
      ...options,
    });
    output.push(
      await run.catch((/** @type {any} */ error) => [
        error.message,
        error.stack,
        { ...error },
        error.cause?.message,
      ]),
    );
  }
  assert.doesNotMatch(JSON.stringify(output), /canary/);
});
