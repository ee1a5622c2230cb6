// @ts-check
/**
 * How each provider is told to think, to call a tool, to look at files and to answer sooner: the
 * same call is made through the provider's own package of Vercel's AI SDK, and what the two send
 * has to be the same.
 */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createAnthropic } from '@ai-sdk/anthropic';
import { createGoogleGenerativeAI } from '@ai-sdk/google';
import { createOpenAI } from '@ai-sdk/openai';
import { parallelProcess } from 'parallelization-agent';
import { respond, startModelServer } from './model-server.mjs';

const plain = { aggregate: false, maxRetries: 0, instructions: 'Be brief.' };
const pdf = 'data:application/pdf;base64,JVBERi0=';
const wav = 'UklGRgAAAABXQVZF';

/**
 * Each provider as one of ours, and as the SDK's model. `own` is what the SDK has under no name of
 * all providers.
 * @type {Record<string, {
 *   worker: (baseURL: string) => any,
 *   model: (baseURL: string, id?: string) => any,
 *   id: string,
 *   tiers: any,
 * }>}
 */
const providers = {
  openai: {
    id: 'gpt-5.4-mini',
    worker: (baseURL) => ({ provider: 'openai', baseURL, apiKey: 'k' }),
    model: (baseURL, id = '') => createOpenAI({ baseURL, apiKey: 'k' }).chat(id),
    tiers: { flex: { openai: { serviceTier: 'flex' } } },
  },
  'openai-responses': {
    id: 'gpt-5.4-mini',
    worker: (baseURL) => ({ provider: 'openai-responses', baseURL, apiKey: 'k' }),
    model: (baseURL, id = '') => createOpenAI({ baseURL, apiKey: 'k' }).responses(id),
    tiers: { flex: { openai: { serviceTier: 'flex' } }, standard: { openai: { serviceTier: 'default' } } },
  },
  anthropic: {
    id: 'claude-sonnet-4-6',
    worker: (baseURL) => ({ provider: 'anthropic', baseURL, apiKey: 'k' }),
    model: (baseURL, id = '') => createAnthropic({ baseURL, apiKey: 'k' })(id),
    tiers: { standard: { anthropic: { serviceTier: 'standard_only' } } },
  },
  gemini: {
    id: 'gemini-3.5-flash',
    worker: (baseURL) => ({ provider: 'gemini', baseURL, apiKey: 'k' }),
    model: (baseURL, id = '') => createGoogleGenerativeAI({ baseURL, apiKey: 'k' })(id),
    tiers: { flex: { google: { serviceTier: 'flex' } }, priority: { google: { serviceTier: 'priority' } } },
  },
};

/**
 * What ours sends, and what the SDK does for the same call.
 * @param {import('node:test').TestContext} t
 * @param {string} name  of the provider
 * @param {any} options  of a worker
 * @param {any} call  of the SDK's model
 * @param {any} [content]
 */
async function both(t, name, options, call, content = 'How many moths?') {
  const server = await startModelServer(t, (_, response) =>
    respond(response, 400, { error: { message: 'no' } }),
  );
  const { worker, model, id } = /** @type {any} */ (providers)[name];
  const own = { ...plain, model: id, ...worker(server.baseURL), ...options };
  await parallelProcess('Look', [{ id: 'a', content }], own).catch(() => {});
  const prompt = [
    { role: 'system', content: 'Be brief.' },
    { role: 'user', content: [{ type: 'text', text: 'How many moths?' }] },
  ];
  await model(server.baseURL, options.model ?? id)
    .doGenerate({ prompt, ...call })
    .catch(() => {});
  assert.equal(server.requests.length, 2, 'both have sent something');
  return server.requests.map(({ body }) => body);
}

/** The fields of a body that a case is about. @param {any} body @param {string[]} names */
const only = (body, names) => Object.fromEntries(names.map((name) => [name, body[name]]));

for (const name of Object.keys(providers)) {
  test(`${name}: topP and the choice of a tool are sent as the SDK does`, async (t) => {
    const parameters = { type: 'object', properties: {} };
    const tools = [{ name: 'count', description: 'Counts.', parameters, execute: () => 3 }];
    const theirs = [{ type: 'function', name: 'count', description: 'Counts.', inputSchema: parameters }];
    for (const [ours, sdk] of [
      ['auto', { type: 'auto' }],
      ['none', { type: 'none' }],
      ['required', { type: 'required' }],
      [{ name: 'count' }, { type: 'tool', toolName: 'count' }],
    ]) {
      const [own, other] = await both(
        t,
        name,
        { tools, toolChoice: ours, ...(name === 'anthropic' ? {} : { topP: 0.5 }) },
        { tools: theirs, toolChoice: sdk, ...(name === 'anthropic' ? {} : { topP: 0.5 }) },
      );
      // Anthropic's provider leaves the tools out where none may be called; the API takes them.
      if (name === 'anthropic' && ours === 'none') {
        assert.deepEqual(own.tool_choice, { type: 'none' });
        continue;
      }
      assert.deepEqual(
        [own.tool_choice, own.toolConfig, own.generationConfig?.topP],
        [other.tool_choice, other.toolConfig, other.generationConfig?.topP],
      );
      // A model that thinks is sent no `top_p` by the SDK.
      if (other.top_p !== undefined) assert.equal(own.top_p, other.top_p);
    }
  });

  test(`${name}: a tier is sent as the SDK does`, async (t) => {
    for (const [tier, providerOptions] of Object.entries(providers[name]?.tiers ?? {})) {
      const [own, other] = await both(t, name, { tier }, { providerOptions });
      assert.deepEqual([own.service_tier, own.serviceTier], [other.service_tier, other.serviceTier], tier);
    }
  });
}

const models = {
  openai: ['gpt-5', 'gpt-5.1', 'gpt-5.4-mini', 'gpt-5.6-luna', 'gpt-6-sol', 'o4-mini'],
  'openai-responses': ['gpt-5-mini', 'gpt-5.1', 'gpt-5.4-mini', 'gpt-5.6-luna', 'gpt-6-sol', 'o4-mini'],
  anthropic: [
    'claude-sonnet-4-6',
    'claude-opus-4-8',
    'claude-fable-5',
    'claude-opus-5-5',
    'claude-haiku-5-5',
  ],
  gemini: ['gemini-3.5-flash', 'gemini-3.1-pro-preview', 'gemini-3.8-flash', 'gemini-flash-latest'],
};
const efforts = /** @type {const} */ (['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max']);

for (const [name, ids] of Object.entries(models)) {
  test(`${name}: how hard a model thinks is sent as the SDK does`, async (t) => {
    for (const model of ids) {
      for (const reasoning of efforts) {
        const [own, other] = await both(t, name, { model, reasoning }, { reasoning });
        const fields = ['reasoning_effort', 'thinking', 'output_config'];
        assert.deepEqual(only(own, fields), only(other, fields), `${model} ${reasoning}`);
        assert.equal(own.reasoning?.effort, other.reasoning?.effort, `${model} ${reasoning}`);
        const { includeThoughts, ...thinking } = own.generationConfig?.thinkingConfig ?? {};
        assert.deepEqual(thinking, other.generationConfig?.thinkingConfig ?? {}, `${model} ${reasoning}`);
        if (name === 'gemini') assert.equal(includeThoughts, reasoning !== 'none');
      }
    }
  });
}

test('models that think by tokens are given a share of the longest answer, or none', async (t) => {
  const thinking = async (/** @type {any} */ options) => {
    const [own] = await both(t, 'anthropic', { model: 'claude-haiku-4-5', ...options }, {});
    return own.thinking;
  };
  assert.deepEqual(await thinking({ reasoning: 'high', maxTokens: 10_000 }), {
    type: 'enabled',
    budget_tokens: 6_000,
  });
  assert.deepEqual(await thinking({ reasoning: 'minimal', maxTokens: 10_000 }), {
    type: 'enabled',
    budget_tokens: 1_024,
  });
  assert.equal(await thinking({ reasoning: 'high', maxTokens: 1_000 }), undefined);
  const [own, other] = await both(
    t,
    'gemini',
    { model: 'gemini-2.5-flash', reasoning: 'medium' },
    { reasoning: 'medium' },
  );
  assert.equal(
    own.generationConfig.thinkingConfig.thinkingBudget,
    other.generationConfig.thinkingConfig.thinkingBudget,
  );
});

/** @param {any} body  the parts of the question */
const question = (body) =>
  (body.messages ?? body.input ?? body.contents).at(-1).content ?? body.contents.at(-1).parts;

test('files and sounds are sent as the SDK does', async (t) => {
  const text = { type: 'text', text: 'What is it?' };
  const file = { type: 'file', file: { file_data: pdf, filename: 'a.pdf' } };
  const image = { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0=' } };
  const sound = { type: 'input_audio', input_audio: { data: wav, format: 'wav' } };
  const data = (/** @type {string} */ mediaType, /** @type {string} */ data, filename = '') => ({
    type: 'file',
    mediaType,
    data: { type: 'data', data },
    ...(filename ? { filename } : {}),
  });
  const theirs = {
    file: data('application/pdf', 'JVBERi0=', 'a.pdf'),
    image: data('image/png', 'iVBORw0='),
    sound: data('audio/wav', wav),
  };
  for (const [name, ours, sdk] of /** @type {[string, any, any][]} */ ([
    ['openai', [text, image, file, sound], [text, theirs.image, theirs.file, theirs.sound]],
    ['openai-responses', [text, image, file], [text, theirs.image, theirs.file]],
    ['anthropic', [text, image, file], [text, theirs.image, theirs.file]],
    ['gemini', [text, image, file, sound], [text, theirs.image, theirs.file, theirs.sound]],
  ])) {
    const prompt = [{ role: 'user', content: sdk }];
    const [own, other] = await both(t, name, {}, { prompt }, ours);
    const sent = question(own).map((/** @type {any} */ part) =>
      part.detail === 'auto' ? { ...part, detail: undefined } : part,
    );
    assert.deepEqual(JSON.parse(JSON.stringify(sent)), JSON.parse(JSON.stringify(question(other))), name);
  }
});
