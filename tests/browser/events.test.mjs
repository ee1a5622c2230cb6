// @ts-check
/** Each event of a run is drawn somewhere. */

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { scriptedPage } from './world/opened.mjs';

const open = scriptedPage();

test('each kind of event that there is: what it tells stands somewhere', async (t) => {
  const table = await readFile(new URL('../../docs/reference/events.md', import.meta.url), 'utf8');
  const customs = [...table.matchAll(/^\| `([a-z]\w+)` \| .* \| (.*) \|$/gm)].map(([, name, fields]) => ({
    name,
    fields: [...fields.matchAll(/`(\w+)`/g)].map(([, field]) => field),
  }));
  assert.ok(customs.length >= 9, 'the reference lists them');
  /** @type {Record<string, unknown>} */
  const values = { taskId: 'a', attempt: 1, status: 'held', waitMs: 1200, pauseMs: 700, tokens: 1234 };
  const ofA = { subagentRunId: 'r/a', taskId: 'a', toolCallId: 't', messageId: 'm' };
  const events = [
    { type: 'RUN_STARTED', runId: 'r', threadId: 't', timestamp: 1000 },
    { type: 'STATE_SNAPSHOT', snapshot: { totalTokens: 0 } },
    { type: 'ACTIVITY_SNAPSHOT', content: row('a', 'waiting') },
    { type: 'SUBAGENT_STARTED', name: 'a', ...ofA },
    { type: 'STEP_STARTED', stepName: 'x' },
    { type: 'REASONING_START', ...ofA },
    { type: 'REASONING_MESSAGE_START', ...ofA },
    { type: 'REASONING_MESSAGE_CONTENT', delta: 'I wonder.', ...ofA },
    { type: 'REASONING_MESSAGE_END', ...ofA },
    { type: 'REASONING_END', ...ofA },
    { type: 'TOOL_CALL_START', toolCallName: 'weather', ...ofA },
    { type: 'TOOL_CALL_ARGS', delta: '{"city":"Porto"}', ...ofA },
    { type: 'TOOL_CALL_END', ...ofA },
    { type: 'TOOL_CALL_RESULT', content: 'it rains', ...ofA },
    { type: 'TEXT_MESSAGE_START', ...ofA },
    { type: 'TEXT_MESSAGE_CONTENT', delta: 'Half an answer', ...ofA },
    ...customs.map(({ name, fields }) => ({
      type: 'CUSTOM',
      name,
      value: Object.fromEntries(fields.map((field) => [field, values[field] ?? `the ${field}`])),
    })),
    { type: 'TEXT_MESSAGE_END', ...ofA },
    { type: 'TEXT_MESSAGE_START', ...ofA },
    { type: 'TEXT_MESSAGE_CONTENT', delta: 'A whole answer', ...ofA },
    { type: 'STATE_DELTA', delta: [{ op: 'replace', path: '/totalTokens', value: 321 }] },
    { type: 'ACTIVITY_DELTA', patch: [{ op: 'replace', path: '/results/0/attempts', value: 7 }] },
    { type: 'SUBAGENT_FINISHED', ...ofA },
    { type: 'SUBAGENT_STARTED', name: 'summary', subagentRunId: 'r/own', taskId: 'summary' },
    { type: 'CUSTOM', name: 'retry', value: { taskId: 'summary', attempt: 1, code: 'TIMEOUT', waitMs: 5 } },
    {
      type: 'SUBAGENT_ERROR',
      subagentRunId: 'r/own',
      taskId: 'summary',
      code: 'TIMEOUT',
      message: 'Too late.',
    },
    { type: 'STEP_FINISHED', stepName: 'x' },
    { type: 'RUN_FINISHED', timestamp: 3000, outcome: { type: 'success' } },
    { type: 'RUN_ERROR', timestamp: 3000, message: 'Lost.', code: 'RUN_FAILED' },
  ].map((event, index) => ({ timestamp: 1000 + 10 * index, ...event }));
  const known = await readFile(new URL('../../src/event.rs', import.meta.url), 'utf8');
  const variants = /pub enum Event<.*?^}/ms.exec(known)?.[0] ?? '';
  // Those of thoughts have names of their own.
  const all = [...variants.matchAll(/^ {4}([A-Z]\w+) \{/gm)]
    .map(([, name = '']) => name.replaceAll(/(?!^)[A-Z]/g, '_$&').toUpperCase())
    .filter((name) => name !== 'REASONING');
  assert.ok(all.length > 15, `${all}`);
  assert.deepEqual(
    all.filter((type) => !events.some((event) => event.type === type)),
    [],
  );

  const page = await open(t, 'Subtasks', {});
  const show = (/** @type {object[]} */ some) =>
    page.locator('input[type=file]').setInputFiles({
      name: 'run.json',
      mimeType: 'application/json',
      buffer: Buffer.from(JSON.stringify({ pattern: 'parallelProcess', events: some })),
    });
  await show(events.slice(0, -1));
  await page.locator('.status', { hasText: 'Done in 2.0 s, 1 failed' }).waitFor();
  assert.equal(await page.locator('[data-number=tokens]').innerText(), '321');
  assert.match(await page.getByRole('list', { name: 'Tools' }).innerText(), /weather for a/);
  assert.equal(await page.locator('.card .answer').first().innerText(), 'A whole answer');
  const told = page.getByRole('list', { name: 'What the run tells' });
  assert.match(await told.innerText(), /the shared limiter is held \(the message\)/);
  await page.getByRole('option', { name: /^a / }).click();
  const details = await page.getByRole('tabpanel', { name: 'Details' }).innerText();
  const marks = page.getByRole('option', { name: /^a / }).locator('.note');
  assert.equal(await marks.count(), 6, 'a hedge, the budget and the like are marked on the bar');
  for (const words of [/I wonder\./, /weather\({"city":"Porto"}\)/, /→ it rains/, /Attempts\s*7/])
    assert.match(details, words);
  for (const { name, fields } of customs)
    if (fields.includes('taskId'))
      assert.doesNotMatch(details, new RegExp(`s ${name}, `), 'has words of its own');
  assert.equal(
    await page.locator('.attempts li').count(),
    customs.filter(({ fields }) => fields.includes('taskId')).length + 1,
  );
  const kinds = await page
    .getByRole('option', { name: /^summary/ })
    .locator('.bar')
    .evaluateAll((bars) => bars.map(({ className }) => className));
  assert.deepEqual(kinds, ['bar running spent', 'bar retrying ', 'bar running spent']);
  await page.getByRole('option', { name: /^summary/ }).click();
  await page.getByRole('tabpanel', { name: 'Details' }).getByText('Too late.').waitFor();

  await show([...events.slice(0, 6), events.at(-1) ?? {}]);
  await page.locator('.status', { hasText: 'Failed' }).waitFor();
  await show([
    ...events.slice(0, 3),
    ...customs
      .filter(({ name }) => name === 'rateLimit')
      .map(({ name }) => ({ type: 'CUSTOM', name, value: { model: 'gpt', pauseMs: 700 } })),
  ]);
  await told.getByText('the limit of gpt is reached: its calls wait 700 ms').waitFor();
});

/**
 * The table of a run with one task.
 * @param {string} id
 * @param {string} status
 */
function row(id, status) {
  return {
    strategy: 'parallelProcess',
    status: 'running',
    results: [{ id, type: 'x', status, dependencies: [] }],
  };
}
