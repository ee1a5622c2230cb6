// @ts-check
/**
 * Each cell of the table in `docs/guide/providers.md`: the option is sent where the table says, or
 * refused before any call.
 */

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { batch, parallelProcess } from 'parallelization-agent';
import { respond, startModelServer } from './model-server.mjs';

const page = await readFile(new URL('../../docs/guide/providers.md', import.meta.url), 'utf8');
const [head = [], , ...rows] = page
  .split('\n')
  .filter((line) => line.startsWith('|'))
  .map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
const providers = head.slice(1).map((cell) => cell.replaceAll(/[`']/g, ''));
const table = rows.slice(
  0,
  rows.findIndex(([name]) => name === 'model'),
);

const count = { name: 'count', parameters: { type: 'object' }, execute: () => 3 };
const url = (/** @type {string} */ end) => `https://host.example/a.${end}`;
const part = (/** @type {object} */ part) => ({ content: [part] });
const image = { url: 'data:image/png;base64,iVBORw0=' };

/** What is asked for each row: options, or a task's content or body. @type {Record<string, any>} */
const cases = {
  '`reasoning`': { reasoning: 'low' },
  '`instructions`': { instructions: 'Be short.' },
  '`maxTokens`': { maxTokens: 50 },
  '`temperature`': { temperature: 0.5 },
  '`stop`': { stop: ['END'] },
  '`seed`': { seed: 7 },
  '`schema`': { schema: { type: 'object', properties: { a: { type: 'string' } }, required: ['a'] } },
  '`tools`': { tools: [count] },
  '`topP`': { topP: 0.5 },
  '`toolChoice`': { tools: [count], toolChoice: 'required' },
  '`serverTools`': { tools: [count], serverTools: [{ type: 'web_search' }] },
  '`history`': { history: [{ role: 'user', content: 'Hello' }] },
  "`tier: 'flex'`": { tier: 'flex' },
  "`tier: 'priority'`": { tier: 'priority' },
  'an image': part({ type: 'image_url', image_url: image }),
  "an image's `detail`": part({ type: 'image_url', image_url: { ...image, detail: 'low' } }),
  'a file as data': part({ type: 'file', data: 'JVBERi0=', mediaType: 'application/pdf' }),
  'a file by its address': part({ type: 'file', data: url('pdf') }),
  'a sound as data': part({ type: 'input_audio', input_audio: { data: 'UklG', format: 'wav' } }),
  'a sound by its address': part({ type: 'audio', data: url('wav') }),
  '`extraBody`': { extraBody: { own: 1 } },
  '`body`': { body: { own: 1 } },
};

/** @param {any} body @param {string} pointer */
const at = (body, pointer) =>
  pointer
    .split('/')
    .slice(1)
    .reduce((value, name) => value?.[name], body);

test('the table has every case, and each case a row', () => {
  assert.deepEqual(
    table.map(([name]) => name),
    Object.keys(cases),
  );
});

for (const [name = '', ...cells] of table) {
  for (const [index, cell] of cells.entries()) {
    test(`${name} is as the table says for ${providers[index]}`, async (t) => {
      const { content = 'x', body, ...options } = cases[name];
      const server = await startModelServer(t, (_, response) => respond(response, 401, {}));
      // What OpenAI itself refuses, other servers may take.
      const fetch = (/** @type {any} */ input, /** @type {any} */ init) => {
        const { pathname } = new URL(typeof input === 'string' ? input : input.url);
        return globalThis.fetch(new URL(pathname, server.baseURL), init);
      };
      const own = {
        provider: /** @type {any} */ (providers[index]),
        apiKey: 'k',
        maxRetries: 0,
        fetch,
        ...options,
      };
      const task = { id: 'a', ...(body ? { body } : { content }) };
      const run = body ? batch([task], own) : parallelProcess('t', [task], { ...own, aggregate: false });
      const error = await run.then(
        () => undefined,
        (/** @type {any} */ error) => error,
      );
      if (cell === '—') {
        assert.equal(error.code, 'INVALID_INPUT');
        assert.equal(server.requests.length, 0);
        assert.match(error.issues[0].message, /'(openai|openai-responses|gemini)'/);
      } else {
        assert.equal(server.requests.length, 1, error?.message);
        assert.notEqual(at(server.requests[0]?.body, cell.replaceAll('`', '')), undefined);
      }
    });
  }
}
