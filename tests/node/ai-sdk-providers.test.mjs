// @ts-check
/** The AI SDK's packages of three providers as `model`, against servers that answer as those do. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createAnthropic } from '@ai-sdk/anthropic';
import { createGoogleGenerativeAI } from '@ai-sdk/google';
import { createOpenAI } from '@ai-sdk/openai';
import { parallelProcess } from 'parallelization-agent';
import { after, respond, startModelServer } from './model-server.mjs';

const one = [{ id: 'a', content: 'How many moths?' }];
const plain = { aggregate: false, maxRetries: 1 };

/**
 * Each provider's package, how it reaches a server, and what that server answers.
 * @type {Record<string, any>}
 */
const providers = {
  'openai (Responses)': {
    model: (/** @type {string} */ baseURL) => createOpenAI({ baseURL, apiKey: 'k' })('gpt-5.4-mini'),
    answer: (/** @type {string} */ text) => ({
      id: 'resp_1',
      object: 'response',
      created_at: 1_800_000_000,
      model: 'gpt-5.4-mini',
      status: 'completed',
      output: [
        {
          id: 'msg_1',
          type: 'message',
          role: 'assistant',
          status: 'completed',
          content: [{ type: 'output_text', text, annotations: [] }],
        },
      ],
      usage: {
        input_tokens: 20,
        input_tokens_details: { cached_tokens: 5 },
        output_tokens: 6,
        output_tokens_details: { reasoning_tokens: 2 },
        total_tokens: 26,
      },
    }),
    schema: (/** @type {any} */ body) => body.text.format.schema,
  },
  'openai (chat)': {
    model: (/** @type {string} */ baseURL) => createOpenAI({ baseURL, apiKey: 'k' }).chat('gpt-4.1-mini'),
    answer: (/** @type {string} */ content) => ({
      id: 'chat_1',
      object: 'chat.completion',
      created: 1_800_000_000,
      model: 'gpt-4.1-mini',
      choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
      usage: {
        prompt_tokens: 20,
        completion_tokens: 6,
        total_tokens: 26,
        prompt_tokens_details: { cached_tokens: 5 },
        completion_tokens_details: { reasoning_tokens: 2 },
      },
    }),
    schema: (/** @type {any} */ body) => body.response_format.json_schema.schema,
  },
  anthropic: {
    model: (/** @type {string} */ baseURL) => createAnthropic({ baseURL, apiKey: 'k' })('claude-haiku-4-5'),
    answer: (/** @type {string} */ text) => ({
      id: 'msg_1',
      type: 'message',
      role: 'assistant',
      model: 'claude-haiku-4-5',
      content: [{ type: 'text', text }],
      stop_reason: 'end_turn',
      stop_sequence: null,
      usage: { input_tokens: 15, cache_read_input_tokens: 5, output_tokens: 6 },
    }),
  },
  google: {
    model: (/** @type {string} */ baseURL) =>
      createGoogleGenerativeAI({ baseURL, apiKey: 'k' })('gemini-3-flash'),
    answer: (/** @type {string} */ text) => ({
      candidates: [{ content: { role: 'model', parts: [{ text }] }, finishReason: 'STOP', index: 0 }],
      usageMetadata: {
        promptTokenCount: 20,
        cachedContentTokenCount: 5,
        candidatesTokenCount: 6,
        totalTokenCount: 26,
      },
    }),
  },
};

/** A 400 as each provider words it. @param {string} name */
function refusal(name) {
  const message = 'No such field';
  if (name === 'anthropic') return { type: 'error', error: { type: 'invalid_request_error', message } };
  if (name === 'google') return { error: { code: 400, message, status: 'INVALID_ARGUMENT' } };
  return { error: { message, type: 'invalid_request_error', param: null, code: 'unknown_parameter' } };
}

for (const [name, { model, answer, schema }] of Object.entries(providers)) {
  test(`${name}: a 429 with a wait is waited for, and retried by the run alone`, async (t) => {
    const server = await startModelServer(t, ({ index }, response) =>
      index === 0
        ? respond(
            response,
            429,
            { error: { message: 'Slow down', type: 'rate_limit', code: 429 } },
            { 'retry-after-ms': '120', 'retry-after': '1' },
          )
        : respond(response, 200, answer('Three.')),
    );
    const startedAt = performance.now();
    const { results } = await parallelProcess('Count', one, { ...plain, model: model(server.baseURL) });
    assert.equal(results[0].result, 'Three.');
    assert.ok(performance.now() - startedAt >= 120);
    const { attempts, promptTokens, completionTokens, cachedTokens } = results[0].metadata;
    assert.deepEqual([attempts, server.requests.length], [2, 2]);
    assert.deepEqual([promptTokens, completionTokens, cachedTokens], [20, 6, 5]);
  });

  test(`${name}: what is final is not tried again, and keeps its status and words`, async (t) => {
    const server = await startModelServer(t, (_, response) => respond(response, 400, refusal(name)));
    await assert.rejects(
      async () => parallelProcess('Count', one, { ...plain, model: model(server.baseURL) }),
      (/** @type {any} */ { results }) =>
        results[0].error.status === 400 && /No such field/.test(results[0].error.message),
    );
    assert.equal(server.requests.length, 1);
  });

  test(`${name}: a schema reaches the provider, and the answer is checked`, async (t) => {
    const server = await startModelServer(t, (_, response) => respond(response, 200, answer('{"moths":3}')));
    const moths = { type: 'object', properties: { moths: { type: 'integer' } }, required: ['moths'] };
    const { results } = await parallelProcess('Count', one, {
      ...plain,
      model: model(server.baseURL),
      schema: moths,
    });
    assert.deepEqual(results[0].data, { moths: 3 });
    if (schema) assert.deepEqual(schema(server.requests[0].body).properties, moths.properties);
  });

  test(`${name}: an abort reaches the request`, async (t) => {
    const server = await startModelServer(t, () => {});
    const run = parallelProcess('Count', one, { ...plain, model: model(server.baseURL) });
    while (server.open.now === 0) await after(2);
    run.abort();
    await assert.rejects(async () => run, { code: 'ABORTED' });
    while (server.open.cut === 0) await after(2);
  });
}
