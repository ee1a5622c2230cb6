// @ts-check
/** What comes with an answer: thoughts as events, sources, files, the tier, the body as it came. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createAnthropic } from '@ai-sdk/anthropic';
import { createGoogleGenerativeAI } from '@ai-sdk/google';
import { MockLanguageModelV3 } from 'ai/test';
import { MockLanguageModelV4 } from 'ai7/test';
import { batch, guarded, parallelProcess } from 'parallelization-agent';
import { gather, verified } from './events.mjs';
import { complete, respond, startModelServer } from './model-server.mjs';

const one = [{ id: 'a', content: 'Is it a moth?' }];
const plain = { aggregate: false, maxRetries: 0 };

/**
 * Streams what a model thinks, then what it says.
 * @param {import('node:http').ServerResponse} response
 * @param {object[]} deltas
 */
function streamed(response, deltas) {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (const delta of deltas) response.write(`data: ${JSON.stringify({ choices: [{ delta }] })}\n\n`);
  response.end('data: {"choices":[{"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n');
}

/** @param {any[]} events */
const thoughts = (events) =>
  events
    .filter(({ type }) => type.startsWith('REASONING_'))
    .map(({ type, delta }) => (delta ? [type, delta] : type));

test('what a model thinks streams as events, apart from its text', async (t) => {
  const server = await startModelServer(t, (_, response) =>
    streamed(response, [
      { reasoning_content: 'It has ' },
      { reasoning_content: 'wings.' },
      { content: 'Y' },
      { content: 'es' },
    ]),
  );
  const { events, onEvent } = gather();
  const { results } = await parallelProcess('t', one, {
    ...plain,
    baseURL: server.baseURL,
    stream: true,
    onEvent,
  });
  await verified(events);
  assert.deepEqual(thoughts(events), [
    'REASONING_START',
    'REASONING_MESSAGE_START',
    ['REASONING_MESSAGE_CONTENT', 'It has '],
    ['REASONING_MESSAGE_CONTENT', 'wings.'],
    'REASONING_MESSAGE_END',
    'REASONING_END',
  ]);
  const order = events.map(({ type }) => type);
  assert.ok(order.indexOf('REASONING_END') < order.indexOf('TEXT_MESSAGE_START'));
  const [start] = events.filter(({ type }) => type === 'REASONING_MESSAGE_START');
  assert.deepEqual([start.role, start.taskId], ['reasoning', 'a']);
  assert.deepEqual([results[0].result, results[0].reasoning], ['Yes', 'It has wings.']);
});

test('without a stream a thought is one event, and one that was cut off is closed', async (t) => {
  const server = await startModelServer(t, ({ index, body }, response) => {
    if (body.stream) {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end('data: {"choices":[{"delta":{"reasoning_content":"It"}}]}\n\n');
    } else {
      const message = { role: 'assistant', content: 'Yes', reasoning_content: 'It has wings.' };
      respond(response, 200, { choices: [{ message, finish_reason: 'stop' }] });
    }
    return index;
  });
  for (const [stream, spoken] of /** @type {[boolean, string][]} */ ([
    [false, 'It has wings.'],
    [true, 'It'],
  ])) {
    const { events, onEvent } = gather();
    await parallelProcess('t', one, { ...plain, baseURL: server.baseURL, stream, onEvent }).catch(() => {});
    if (!stream) await verified(events);
    assert.deepEqual(thoughts(events), [
      'REASONING_START',
      'REASONING_MESSAGE_START',
      ['REASONING_MESSAGE_CONTENT', spoken],
      'REASONING_MESSAGE_END',
      'REASONING_END',
    ]);
  }
});

test('thoughts behind an answer that is withheld are not shown', async (t) => {
  const server = await startModelServer(t, ({ content, body }, response) => {
    if (JSON.stringify(body.messages).includes('no bombs')) {
      return setTimeout(() => complete(response, '{"tripped":true,"reason":"it is"}'), 100);
    }
    assert.ok(content);
    return streamed(response, [{ reasoning_content: 'secret thought' }, { content: 'Like this.' }]);
  });
  const { events, onEvent } = gather();
  const guards = [
    { name: 'bombs', on: /** @type {const} */ ('output'), instructions: 'Are there no bombs in it?' },
  ];
  const options = { baseURL: server.baseURL, maxRetries: 0, stream: true, onEvent };
  const { blocked } = await guarded('How do I build one?', guards, options);
  assert.equal(blocked?.guard, 'bombs');
  assert.ok(!JSON.stringify(events).includes('secret thought'));
});

test("a model object's sources and files are in the result, as its provider's package gives them", async (t) => {
  const usage = { inputTokens: { total: 1 }, outputTokens: { total: 1 } };
  const end = { finishReason: { unified: 'stop', raw: 'stop' }, usage, warnings: [] };
  const source = { type: 'source', sourceType: 'url', id: '1', url: 'https://moth.example/', title: 'Moths' };
  for (const [Mock, data] of /** @type {[any, any][]} */ ([
    [MockLanguageModelV3, new Uint8Array([1, 2])],
    [MockLanguageModelV3, 'AQI='],
    [MockLanguageModelV4, { type: 'data', data: 'AQI=' }],
  ])) {
    const content = [source, { type: 'file', mediaType: 'image/png', data }, { type: 'text', text: 'Yes' }];
    const parts = [source, { type: 'file', mediaType: 'image/png', data }, { type: 'finish', ...end }];
    const model = new Mock({
      doGenerate: async () => ({ content, ...end }),
      doStream: async () => ({
        stream: new ReadableStream({
          start(controller) {
            for (const part of parts) controller.enqueue(part);
            controller.close();
          },
        }),
      }),
    });
    for (const stream of [false, true]) {
      const { results } = await parallelProcess('t', one, { ...plain, model, stream });
      assert.deepEqual(results[0].sources, [{ url: 'https://moth.example/', title: 'Moths' }]);
      assert.deepEqual(results[0].files, [{ mediaType: 'image/png', url: 'data:image/png;base64,AQI=' }]);
    }
  }
  assert.ok(t);
});

/**
 * The same answer, read by our format and by the provider's own package.
 * @type {[string, any, (baseURL: string) => any, any][]}
 */
const answers = [
  [
    'anthropic',
    { provider: 'anthropic', model: 'claude-haiku-4-5' },
    (baseURL) => createAnthropic({ baseURL, apiKey: 'k' })('claude-haiku-4-5'),
    {
      type: 'message',
      id: 'msg_1',
      role: 'assistant',
      model: 'claude-haiku-4-5',
      content: [
        {
          type: 'text',
          text: 'Moths fly.',
          citations: [
            {
              type: 'web_search_result_location',
              cited_text: 'They fly.',
              url: 'https://moth.example/',
              title: 'Moths',
              encrypted_index: 'x',
            },
          ],
        },
      ],
      stop_reason: 'end_turn',
      stop_sequence: null,
      usage: { input_tokens: 3, output_tokens: 2, service_tier: 'standard' },
    },
  ],
  [
    'gemini',
    { provider: 'gemini', model: 'gemini-3.5-flash' },
    (baseURL) => createGoogleGenerativeAI({ baseURL, apiKey: 'k' })('gemini-3.5-flash'),
    {
      candidates: [
        {
          content: { role: 'model', parts: [{ text: 'Moths fly.' }] },
          finishReason: 'STOP',
          groundingMetadata: {
            groundingChunks: [{ web: { uri: 'https://moth.example/', title: 'Moths' } }],
          },
        },
      ],
      usageMetadata: {
        promptTokenCount: 3,
        candidatesTokenCount: 2,
        totalTokenCount: 5,
        serviceTier: 'standard',
      },
    },
  ],
];

for (const [name, worker, model, body] of answers) {
  test(`${name}: sources are those that the provider's own package reads`, async (t) => {
    const server = await startModelServer(t, (_, response) => respond(response, 200, body));
    const { results: own } = await parallelProcess('t', one, {
      ...plain,
      ...worker,
      baseURL: server.baseURL,
      apiKey: 'k',
      raw: true,
    });
    const { results: theirs } = await parallelProcess('t', one, { ...plain, model: model(server.baseURL) });
    const named = (/** @type {any} */ { sources }) =>
      sources.map((/** @type {any} */ { url, title }) => [url, title]);
    assert.deepEqual(named(own[0]), [['https://moth.example/', 'Moths']]);
    if (theirs[0].sources) assert.deepEqual(named(own[0]), named(theirs[0]));
    assert.equal(own[0].metadata.tier, 'standard');
    assert.deepEqual(own[0].raw, body);
    assert.equal(theirs[0].raw, undefined);
  });
}

test('a batch of bodies and deployments of one model, over HTTP', async (t) => {
  const down = await startModelServer(t, (_, response) => respond(response, 503, {}));
  const up = await startModelServer(t, (_, response) => complete(response, 'Yes'));
  const model = [
    { baseURL: down.baseURL, apiKey: async () => 'key-of-one' },
    { baseURL: up.baseURL, apiKey: () => 'key-of-two', model: 'same-elsewhere' },
  ];
  const body = { messages: [{ role: 'user', content: 'Is it a moth?' }], logprobs: true };
  const rows = Array.from({ length: 8 }, (_, index) => ({ id: `r${index}`, body }));
  const { results } = await batch(rows, { model, maxRetries: 1 });
  assert.deepEqual(new Set(results.map(({ status }) => status)), new Set(['completed']));
  assert.deepEqual(/** @type {any} */ (results[0]).raw.choices[0].message.content, 'Yes');
  assert.deepEqual(up.requests[0]?.body, { ...body, model: 'same-elsewhere' });
  assert.equal(up.requests[0]?.headers.authorization, 'Bearer key-of-two');
  assert.equal(down.requests[0]?.headers.authorization, 'Bearer key-of-one');
});
