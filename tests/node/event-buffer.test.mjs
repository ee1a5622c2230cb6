// @ts-check
/**
 * What waits for a listener that lags, or that never reads, is bounded, and what it is told all the
 * same is a whole run.
 */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EventBuffer } from '../../pkg/event-buffer.js';
import { verified } from './events.mjs';

/** @param {EventBuffer} buffer @param {string} name */
function runTask(buffer, name, parts = 2) {
  const subagentRunId = `run/${name}`;
  const messageId = `${subagentRunId}/text`;
  buffer.put({ type: 'SUBAGENT_STARTED', subagentRunId, name });
  buffer.put({ type: 'TEXT_MESSAGE_START', messageId, role: 'assistant', subagentRunId });
  for (let part = 0; part < parts; part += 1) {
    buffer.put({ type: 'TEXT_MESSAGE_CONTENT', messageId, delta: `${part}`, subagentRunId });
  }
  buffer.put({ type: 'TEXT_MESSAGE_END', messageId, subagentRunId });
  buffer.put({ type: 'CUSTOM', name: 'journal', value: { taskId: name } });
  buffer.put({ type: 'SUBAGENT_FINISHED', subagentRunId, outcome: { type: 'success' } });
}

/** @param {EventBuffer} buffer */
function all(buffer) {
  const events = [];
  for (let event = buffer.take(); event; event = buffer.take()) events.push(event);
  return events;
}

const names = (/** @type {any[]} */ events) =>
  events.filter(({ type }) => type === 'SUBAGENT_STARTED').map(({ name }) => name);

test('of 40,000 tasks that are over, the last are told, each of them whole', async () => {
  const buffer = new EventBuffer();
  buffer.put({ type: 'RUN_STARTED', threadId: 'thread', runId: 'run' });
  runTask(buffer, 'begun before');
  // The first event of this one is taken: all others have to follow.
  assert.deepEqual([buffer.take()?.type, buffer.take()?.name], ['RUN_STARTED', 'begun before']);
  for (let task = 0; task < 40_000; task += 1) runTask(buffer, `${task}`);
  buffer.put({ type: 'RUN_FINISHED', threadId: 'thread', runId: 'run', outcome: { type: 'success' } });
  const events = all(buffer);
  assert.ok(events.length < 40_000, `${events.length} events waited`);
  const told = names(events);
  assert.equal(told.at(-1), '39999');
  assert.deepEqual(
    told,
    Array.from({ length: told.length }, (_, index) => `${40_000 - told.length + index}`),
  );
  const begun = { type: 'SUBAGENT_STARTED', subagentRunId: 'run/begun before', name: 'begun before' };
  await verified([{ type: 'RUN_STARTED', threadId: 'thread', runId: 'run' }, begun, ...events]);
});

test('a listener that keeps up, or nearly so, is told all', () => {
  const buffer = new EventBuffer();
  const events = [];
  for (let task = 0; task < 30_000; task += 1) {
    runTask(buffer, `${task}`, 1);
    if (task >= 4_000) for (let taken = 0; taken < 6; taken += 1) events.push(buffer.take());
  }
  events.push(...all(buffer));
  assert.equal(names(events).length, 30_000);
  assert.equal(events.length, 30_000 * 6);
});

test('a text stays in its order, however far behind the listener is, and grows in few pieces', () => {
  const buffer = new EventBuffer();
  /** @type {Record<string, string>} */
  const read = { long: '', short: '' };
  /** @type {Record<string, string>} */
  const written = { long: '', short: '' };
  let pieces = 0;
  const putSome = (/** @type {string} */ messageId, /** @type {number} */ count) => {
    for (let each = 0; each < count; each += 1) {
      const delta = `${pieces},`;
      buffer.put({ type: 'TEXT_MESSAGE_CONTENT', messageId, delta, subagentRunId: `run/${messageId}` });
      written[messageId] += delta;
      pieces += 1;
    }
  };
  const take = (/** @type {number} */ count) => {
    for (let each = 0; each < count; each += 1) {
      const event = buffer.take();
      if (event) read[event.messageId] += event.delta;
    }
  };
  // The listener falls behind, comes closer, and falls behind again.
  putSome('long', 300);
  putSome('short', 3);
  take(20);
  putSome('short', 3);
  putSome('long', 3_000);
  putSome('short', 3);
  take(200);
  putSome('short', 900);
  putSome('long', 900);
  const rest = all(buffer);
  for (const { messageId, delta } of rest) read[messageId] += delta;
  assert.deepEqual(read, written);
  assert.ok(rest.length < 400, `${rest.length} of ${pieces} pieces waited`);
});
