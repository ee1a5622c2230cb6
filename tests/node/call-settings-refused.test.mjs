// @ts-check
/** What a provider or an adapter has no way for is refused, and never left out in silence. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parallelProcess } from 'parallelization-agent';
import { fromLangChain, fromPromptApi } from 'parallelization-agent/adapters';

const plain = { aggregate: false, maxRetries: 0, instructions: 'Be brief.' };
const wav = 'UklGRgAAAABXQVZF';

test('what a provider has no way for is told before any call, with who has one', async () => {
  const url = 'https://host.example/a.pdf';
  const file = [{ type: 'file', file: { file_data: url } }];
  const sound = [{ type: 'input_audio', input_audio: { data: wav, format: 'wav' } }];
  const detail = [{ type: 'image_url', image_url: { url, detail: 'low' } }];
  const key = { apiKey: 'k', ...plain };
  for (const [options, content, path, words] of /** @type {[any, any, string, RegExp][]} */ ([
    [{ provider: 'anthropic', tier: 'flex' }, 'x', 'options.tier', /'openai'/],
    [{ provider: 'anthropic' }, sound, 'subtasks[0].content[0]', /'gemini'/],
    [{ provider: 'anthropic' }, detail, 'subtasks[0].content[0]', /'openai'/],
    [{ provider: 'openai-responses' }, sound, 'subtasks[0].content[0]', /'gemini'/],
    [{ provider: 'openai' }, file, 'subtasks[0].content[0]', /'openai-responses'/],
    [{ toolChoice: 'required' }, 'x', 'options.toolChoice', /no `tools`/],
    [{ reasoning: 'hard' }, 'x', 'options.reasoning', /'xhigh'/],
    [{ topP: 2 }, 'x', 'options.topP', /from 0 to 1/],
    [{ tier: 'cheap' }, 'x', 'options.tier', /'flex'/],
    [{ toolChoice: 'any' }, 'x', 'options.toolChoice', /'required'/],
    [{ serverTools: ['web_search'] }, 'x', 'options.serverTools[0]', /object/],
    [{ history: [{ role: 'system', content: 'x' }] }, 'x', 'options.history[0].role', /instructions/],
    [{ history: [{ role: 'user' }] }, 'x', 'options.history[0].content', /a string/],
    [{}, [{ type: 'video', url }], 'subtasks[0].content[0].type', /'file'/],
    [{}, [{ type: 'file', file: {} }], 'subtasks[0].content[0].file', /address/],
    [
      {},
      [{ type: 'input_audio', input_audio: { data: wav } }],
      'subtasks[0].content[0].input_audio.format',
      /'wav'/,
    ],
  ])) {
    await assert.rejects(
      async () => parallelProcess('x', [{ id: 'a', content }], { ...key, ...options }),
      (/** @type {any} */ { code, issues }) => {
        assert.equal(code, 'INVALID_INPUT');
        assert.equal(issues[0].path, path);
        assert.match(issues[0].message, words);
        return true;
      },
    );
  }
});

test('adapters refuse what their models have no way for, once', async () => {
  const chat = { invoke: () => assert.fail('it was asked'), stream: () => assert.fail('it was asked') };
  for (const [ask, options] of /** @type {[any, any][]} */ ([
    [fromLangChain(/** @type {any} */ (chat)), { topP: 0.5 }],
    [fromLangChain(/** @type {any} */ (chat)), { tier: 'flex' }],
    [fromPromptApi(), { reasoning: 'low' }],
  ])) {
    const run = parallelProcess('x', [{ id: 'a', content: 'x' }], {
      ...plain,
      ...options,
      maxRetries: 3,
      complete: ask,
    });
    await assert.rejects(
      async () => run,
      (/** @type {any} */ { results: [a] }) => {
        assert.deepEqual([a.error.code, a.metadata.attempts], ['INVALID_INPUT', 1]);
        assert.match(a.error.message, new RegExp(`\`${Object.keys(options)[0]}\``));
        return true;
      },
    );
  }
});
