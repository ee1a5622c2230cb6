// @ts-check
/**
 * Models of Vercel's AI SDK as `model`: the SDK's own mocks of each version of its specification.
 */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MockLanguageModelV3 } from 'ai/test';
import { MockLanguageModelV2 } from 'ai5/test';
import { MockLanguageModelV4 } from 'ai7/test';
import { parallelProcess, perspectives, voting } from 'parallelization-agent';
import { respond, startModelServer } from './model-server.mjs';

const one = [{ id: 'a', content: 'How many moths?' }];
const plain = { aggregate: false, maxRetries: 1 };

const flat = { inputTokens: 20, outputTokens: 6, totalTokens: 26, cachedInputTokens: 5, reasoningTokens: 2 };
const nested = {
  inputTokens: { total: 20, noCache: 15, cacheRead: 5, cacheWrite: 0 },
  outputTokens: { total: 6, text: 4, reasoning: 2 },
};

/**
 * Each version of the specification, by the mock of the SDK that speaks it.
 * @type {Record<string, any>}
 */
const versions = {
  v2: { Mock: MockLanguageModelV2, usage: flat, finishReason: (/** @type {string} */ reason) => reason },
  v3: { Mock: MockLanguageModelV3, usage: nested, finishReason: unified },
  v4: { Mock: MockLanguageModelV4, usage: nested, finishReason: unified },
};

/** @param {string} reason */
function unified(reason) {
  return { unified: reason, raw: reason };
}

/** @param {object[]} parts */
function streamOf(parts) {
  return {
    stream: new ReadableStream({
      start(controller) {
        for (const part of parts) controller.enqueue(part);
        controller.close();
      },
    }),
  };
}

for (const [version, { Mock, usage, finishReason }] of Object.entries(versions)) {
  const end = { finishReason: finishReason('stop'), usage, warnings: [] };

  test(`${version}: text, usage and the model's name come out of a whole answer`, async () => {
    const content = [
      { type: 'reasoning', text: 'They fly at night.' },
      { type: 'text', text: 'Three.' },
    ];
    const model = new Mock({ modelId: 'lepidoptera-1', doGenerate: async () => ({ content, ...end }) });
    const { results } = await parallelProcess('Count', one, {
      ...plain,
      model,
      temperature: 0.5,
      maxTokens: 9,
    });
    assert.equal(results[0].result, 'Three.');
    const { metadata } = results[0];
    assert.equal(metadata.model, 'lepidoptera-1');
    assert.deepEqual(
      [metadata.promptTokens, metadata.completionTokens, metadata.cachedTokens, metadata.reasoningTokens],
      [20, 6, 5, 2],
    );
    assert.deepEqual([metadata.estimated, metadata.finishReason], [false, 'stop']);
    const [asked] = model.doGenerateCalls;
    assert.deepEqual([asked.temperature, asked.maxOutputTokens], [0.5, 9]);
    assert.deepEqual(asked.prompt.at(-1).content.at(-1).type, 'text');
  });

  test(`${version}: a stream is read piece by piece, and what is not known in it is passed over`, async () => {
    const parts = [
      { type: 'stream-start', warnings: [] },
      { type: 'ping' },
      { type: 'response-metadata', modelId: 'lepidoptera-2' },
      { type: 'reasoning-start', id: 'r' },
      { type: 'reasoning-delta', id: 'r', delta: 'They fly.' },
      { type: 'reasoning-end', id: 'r' },
      { type: 'text-start', id: 't' },
      { type: 'text-delta', id: 't', delta: 'Thr' },
      { type: 'text-delta', id: 't', delta: 'ee.' },
      { type: 'text-end', id: 't' },
      { type: 'finish', finishReason: finishReason('stop'), usage },
    ];
    const model = new Mock({ doStream: async () => streamOf(parts) });
    /** @type {string[]} */
    const deltas = [];
    const { results } = await parallelProcess('Count', one, {
      ...plain,
      model,
      stream: true,
      onEvent: (event) => event.type === 'TEXT_MESSAGE_CONTENT' && deltas.push(event.delta),
    });
    assert.deepEqual(deltas, ['Thr', 'ee.']);
    assert.equal(results[0].result, 'Three.');
    assert.equal(results[0].metadata.model, 'lepidoptera-2');
    assert.equal(results[0].metadata.promptTokens, 20);
  });

  test(`${version}: a stream without its end is tried again, never taken for an answer`, async () => {
    let calls = 0;
    const model = new Mock({
      doStream: async () => {
        calls += 1;
        const text = [
          { type: 'text-start', id: 't' },
          { type: 'text-delta', id: 't', delta: calls === 1 ? 'Thr' : 'Three.' },
        ];
        return streamOf(
          calls === 1 ? text : [...text, { type: 'finish', finishReason: finishReason('stop'), usage }],
        );
      },
    });
    const { results } = await parallelProcess('Count', one, { ...plain, model, stream: true });
    assert.deepEqual([results[0].result, results[0].metadata.attempts], ['Three.', 2]);
  });

  for (const stream of [false, true]) {
    test(`${version}: tools are run, and signed thoughts go back as they came (stream: ${stream})`, async () => {
      const signature = { anthropic: { signature: 's1' } };
      const call = { type: 'tool-call', toolCallId: 'c1', toolName: 'count', input: '{"what":"moths"}' };
      const parts = [
        { type: 'reasoning-start', id: 'r' },
        { type: 'reasoning-delta', id: 'r', delta: 'I should count.' },
        { type: 'reasoning-delta', id: 'r', delta: '', providerMetadata: signature },
        { type: 'reasoning-end', id: 'r' },
        call,
        { type: 'finish', finishReason: finishReason('tool-calls'), usage },
      ];
      const content = [{ type: 'reasoning', text: 'I should count.', providerMetadata: signature }, call];
      const done = [
        { type: 'text-start', id: 't' },
        { type: 'text-delta', id: 't', delta: 'Three.' },
        { type: 'finish', finishReason: finishReason('stop'), usage },
      ];
      const model = new Mock({
        doGenerate: [
          { content, finishReason: finishReason('tool-calls'), usage, warnings: [] },
          { content: [{ type: 'text', text: 'Three.' }], ...end },
        ],
        doStream: [streamOf(parts), streamOf(done)],
      });
      const { results } = await parallelProcess('Count', one, {
        ...plain,
        model,
        stream,
        tools: [
          {
            name: 'count',
            parameters: { type: 'object', properties: { what: { type: 'string' } } },
            execute: ({ what }) => `3 ${what}`,
          },
        ],
      });
      assert.equal(results[0].result, 'Three.');
      const calls = stream ? model.doStreamCalls : model.doGenerateCalls;
      assert.equal(calls[0].tools[0].inputSchema.properties.what.type, 'string');
      assert.deepEqual(calls[1].prompt.slice(-2), [
        {
          role: 'assistant',
          content: [
            { type: 'reasoning', text: 'I should count.', providerOptions: signature },
            { type: 'tool-call', toolCallId: 'c1', toolName: 'count', input: { what: 'moths' } },
          ],
        },
        {
          role: 'tool',
          content: [
            {
              type: 'tool-result',
              toolCallId: 'c1',
              toolName: 'count',
              output: { type: 'text', value: '3 moths' },
            },
          ],
        },
      ]);
    });
  }

  test(`${version}: images reach the model in the version's own form`, async () => {
    const model = new Mock({
      doGenerate: async () => ({ content: [{ type: 'text', text: 'A moth.' }], ...end }),
    });
    const url = (/** @type {string} */ url) => ({
      type: /** @type {const} */ ('image_url'),
      image_url: { url },
    });
    const content = [
      { type: /** @type {const} */ ('text'), text: 'What is it?' },
      url('data:image/png;base64,AAAA'),
      url('https://example.com/a.png'),
    ];
    await parallelProcess('Look', [{ id: 'a', content }], { ...plain, model });
    const files = model.doGenerateCalls[0].prompt
      .at(-1)
      .content.filter((/** @type {any} */ { type }) => type === 'file');
    const tagged = version === 'v4';
    const address = new URL('https://example.com/a.png');
    assert.deepEqual(files, [
      { type: 'file', mediaType: 'image/png', data: tagged ? { type: 'data', data: 'AAAA' } : 'AAAA' },
      { type: 'file', mediaType: 'image/*', data: tagged ? { type: 'url', url: address } : address },
    ]);
  });
}

test('models stand wherever a worker does, and each has its own name in the result', async () => {
  const named = (/** @type {string} */ modelId, /** @type {string} */ text) =>
    new MockLanguageModelV3({
      modelId,
      doGenerate: async () => ({
        content: [{ type: 'text', text }],
        finishReason: { unified: 'stop', raw: 'stop' },
        usage: nested,
        warnings: [],
      }),
    });
  const broken = new MockLanguageModelV3({
    doGenerate: async () => {
      throw Object.assign(new Error('gone'), { statusCode: 404 });
    },
  });
  const models = (/** @type {any} */ { results }) =>
    results.map((/** @type {any} */ { metadata }) => metadata.model);
  const seen = await parallelProcess(
    't',
    [...one, { id: 'b', type: 'deep', content: 'x' }, { id: 'c', content: 'x', model: named('own', 'c') }],
    {
      model: broken,
      workers: { deep: { model: named('deep', 'b') } },
      fallbacks: [{ model: named('fallback', 'a') }],
      aggregate: { model: named('sum', 'all') },
    },
  );
  assert.deepEqual(models(seen), ['fallback', 'deep', 'own']);
  assert.equal(seen.summary, 'all');
  const vote = await voting('Is it a moth?', {
    voters: ['x', 'y', 'z'].map((name) => ({ model: named(name, '{"reasoning":"","answer":"Yes"}') })),
    select: 'consensus',
  });
  assert.equal(vote.winner, 'Yes');
  const views = await perspectives('A moth', [{ name: 'p', model: named('p', 'fine') }], {
    aggregate: false,
  });
  assert.deepEqual(models(views), ['p']);
});

test('a model of another specification, and an object that is no model, are told of before any call', async () => {
  const old = { specificationVersion: 'v1', provider: 'p', modelId: 'm', doGenerate() {}, doStream() {} };
  for (const model of [old, { name: 'gpt' }, 7]) {
    await assert.rejects(
      // @ts-expect-error: neither a name nor a model
      async () => parallelProcess('t', one, { ...plain, model }),
      (/** @type {any} */ { code, issues }) =>
        code === 'INVALID_INPUT' &&
        issues[0].path === 'options.model' &&
        /AI SDK.*v2, v3 or v4/.test(issues[0].message),
    );
  }
});

test('a name over a model object asks for a model of that name, not the object', async (t) => {
  const server = await startModelServer(t, (_, response) =>
    respond(response, 200, {
      model: 'named',
      choices: [{ index: 0, message: { role: 'assistant', content: 'by name' }, finish_reason: 'stop' }],
    }),
  );
  const model = new MockLanguageModelV3();
  const subtask = { id: 'a', content: 'x', model: 'named', baseURL: server.baseURL };
  const { results } = await parallelProcess('t', [subtask], { ...plain, model });
  assert.equal(results[0].result, 'by name');
  assert.equal(server.requests[0].body.model, 'named');
});
