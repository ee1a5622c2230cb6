// @ts-check
/** What the runs against the mock have to come to, wherever they ran. */

import assert from 'node:assert/strict';
import { key } from './mock.mjs';

const well = 'All is well: naïve – 漢字 – 🧵.';

/**
 * @param {any} outcome  of `runAll`
 * @param {import('@copilotkit/aimock').JournalEntry[]} journal  what the mock was sent in that run
 * @param {{ provider: string, stream: boolean, inPage?: boolean }} where
 */
export function check({ results, shown, retried, locked }, journal, { provider, stream, inPage }) {
  const task = Object.fromEntries(results.map((/** @type {any} */ result) => [result.taskId, result]));
  const completed = (/** @type {string} */ id, /** @type {string} */ text) =>
    assert.deepEqual([id, task[id].status, task[id].result], [id, 'completed', text]);
  const failed = (/** @type {string} */ id, /** @type {string} */ code, /** @type {number} */ status) =>
    assert.deepEqual([id, task[id].error?.code, task[id].error?.status], [id, code, status]);

  completed('text', 'Grüße aus Köln ☀️');
  const { model, finishReason, promptTokens, completionTokens, estimated, requestId } = task.text.metadata;
  assert.deepEqual([finishReason, promptTokens, completionTokens, estimated], ['stop', 21, 8, false]);
  assert.ok(model && requestId, 'who answered, and which request');
  completed('length', 'Once upon');
  assert.equal(task.length.metadata.finishReason, 'length');
  completed('data', '{"moths":375}');
  assert.deepEqual(task.data.data, { moths: 375 });

  completed('tools', 'Rome is warmer.');
  const [{ text, toolCalls }] = task.tools.steps;
  assert.equal(text, 'Let me see.');
  assert.deepEqual(
    toolCalls.map((/** @type {any} */ { name, arguments: args, result }) => [name, args, result.celsius]),
    [
      ['weather', { city: 'Paris' }, 21],
      ['weather', { city: 'Rome' }, 27],
    ],
  );

  for (const id of ['limited', 'busy', 'nonsense', 'hungUp', ...(stream ? ['cut', 'reset'] : [])]) {
    completed(id, well);
    // A browser itself sends again what was cut off before it had read anything.
    if (inPage && ['hungUp', 'cut', 'reset'].includes(id)) continue;
    assert.equal(task[id].metadata.attempts, 2, id);
    assert.ok(retried.includes(id), id);
  }
  for (const id of ['cut', 'reset']) completed(id, well);
  failed('quota', 'QUOTA_EXCEEDED', provider.startsWith('openai') ? 429 : 402);
  failed('wrong', 'API_ERROR', 400);
  // By the mock's own words, for want of something to say.
  assert.equal(task.unknown.status, 'failed');
  const [{ error }] = locked;
  assert.deepEqual([error.code, error.status], ['API_ERROR', 401]);

  // What was shown is what came out, once what a retry took back is forgotten.
  const texts = Object.values(shown);
  for (const result of results) if (result.result) assert.ok(texts.includes(result.result), result.taskId);
  assert.doesNotMatch(JSON.stringify([results, shown, locked]), /key-of-these-tests/);

  checkSent(journal, provider);
}

/**
 * @param {import('@copilotkit/aimock').JournalEntry[]} journal
 * @param {string} provider
 */
function checkSent(journal, provider) {
  const header = {
    openai: 'authorization',
    'openai-responses': 'authorization',
    anthropic: 'x-api-key',
    gemini: 'x-goog-api-key',
  }[provider];
  for (const { path, headers } of journal) {
    assert.ok(!path.includes(key), 'no key is in an address');
    const holders = Object.entries(headers).filter(([, value]) => String(value).includes('-of-these-tests'));
    for (const [name] of holders) assert.equal(name, header);
  }
}
