// @ts-check
/** Attempts that failed are in the account with the tokens that the server told of. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { batch, ParallelAgent } from 'parallelization-agent';
import { after, complete, respond, startModelServer } from './model-server.mjs';

const usage = { prompt_tokens: 100, completion_tokens: 7, total_tokens: 107 };
const events = { 'content-type': 'text/event-stream' };

/** @typedef {import('node:http').ServerResponse} ServerResponse */

/** @param {object} fields */
const event = (fields) => `data: ${JSON.stringify({ choices: [], ...fields })}\n\n`;

const piece = event({ choices: [{ delta: { content: 'ab' } }], usage });

/**
 * @param {object} message
 * @param {string} reason
 */
const whole = (message, reason) => (/** @type {ServerResponse} */ response) =>
  complete(response, '', { choices: [{ message, finish_reason: reason }], usage });

/** @type {[string, string, boolean, (response: ServerResponse) => unknown, object?][]} */
const failures = [
  ['a refusal', 'REFUSED', false, whole({ content: null, refusal: 'no' }, 'stop')],
  ['an answer that a filter held back', 'REFUSED', false, whole({ content: '' }, 'content_filter')],
  ['an answer that the server broke off', 'API_ERROR', false, whole({ content: 'x' }, 'error')],
  ['thoughts without an end', 'BAD_RESPONSE', false, whole({ content: '<think>x' }, 'stop')],
  ['no choices', 'BAD_RESPONSE', false, (r) => respond(r, 200, { choices: [], usage })],
  ['an error under status 200', 'API_ERROR', false, (r) => respond(r, 200, { error: 'boom', usage })],
  ['an error under status 400', 'API_ERROR', false, (r) => respond(r, 400, { error: 'boom', usage })],
  ['a stream that ends', 'TRUNCATED', true, (r) => r.writeHead(200, events).end(piece)],
  [
    'a stream whose connection breaks',
    'NETWORK',
    true,
    async (r) => {
      r.writeHead(200, events).write(piece);
      await after(50);
      r.destroy();
    },
  ],
  [
    'a stream that stands still',
    'TIMEOUT',
    true,
    (r) => r.writeHead(200, events).write(piece),
    { idleTimeoutMs: 300 },
  ],
  [
    'a stream with an error',
    'API_ERROR',
    true,
    (r) => r.writeHead(200, events).end(piece + event({ error: { message: 'boom' } })),
  ],
];

for (const [name, code, estimated, answer, options] of failures) {
  test(`${name} is in the account with its tokens`, async (t) => {
    const server = await startModelServer(t, (_, response) => answer(response));
    const stream = estimated;
    const run = batch(['x'], { baseURL: server.baseURL, maxRetries: 1, stream, ...options });
    const { results, metadata } = await run.then(
      () => assert.fail('the run resolved'),
      (/** @type {any} */ error) => error,
    );
    const sent = server.requests.length;
    assert.equal(results[0].error.code, code);
    assert.deepEqual([metadata.promptTokens, metadata.completionTokens], [100 * sent, 7 * sent]);
    assert.equal(results[0].metadata.estimated, estimated);
  });
}

test('attempts that failed use up the budget', async (t) => {
  const server = await startModelServer(t, (_, response) =>
    respond(response, 200, { error: 'boom', usage }, { 'retry-after-ms': '5' }),
  );
  const agent = new ParallelAgent({
    baseURL: server.baseURL,
    maxTokens: 20,
    maxRetries: 9,
    budget: { tokens: 200 },
  });
  await assert.rejects(agent.batch(['x']), (/** @type {any} */ error) => {
    assert.equal(error.results[0].error.code, 'BUDGET_EXCEEDED');
    assert.deepEqual([error.metadata.attempts, error.metadata.totalTokens], [2, 214]);
    return true;
  });
});
