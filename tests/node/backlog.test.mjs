// @ts-check
/** What waits for a listener that lags, or that never reads, is bounded, and what it is told all the same is a whole run. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Backlog } from '../../pkg/backlog.js';
import { verified } from './events.mjs';

/** @param {Backlog} backlog @param {string} name */
function runTask(backlog, name, parts = 2) {
  const subagentRunId = `run/${name}`;
  const messageId = `${subagentRunId}/text`;
  backlog.put({ type: 'SUBAGENT_STARTED', subagentRunId, name });
  backlog.put({ type: 'TEXT_MESSAGE_START', messageId, role: 'assistant', subagentRunId });
  for (let part = 0; part < parts; part += 1) {
    backlog.put({ type: 'TEXT_MESSAGE_CONTENT', messageId, delta: `${part}`, subagentRunId });
  }
  backlog.put({ type: 'TEXT_MESSAGE_END', messageId, subagentRunId });
  backlog.put({ type: 'CUSTOM', name: 'journal', value: { taskId: name } });
  backlog.put({ type: 'SUBAGENT_FINISHED', subagentRunId, outcome: { type: 'success' } });
}

/** @param {Backlog} backlog */
function all(backlog) {
  const events = [];
  for (let event = backlog.take(); event; event = backlog.take()) events.push(event);
  return events;
}

const names = (/** @type {any[]} */ events) =>
  events.filter(({ type }) => type === 'SUBAGENT_STARTED').map(({ name }) => name);

test('of 40,000 tasks that are over, the last are told, each of them whole', async () => {
  const backlog = new Backlog();
  backlog.put({ type: 'RUN_STARTED', threadId: 'thread', runId: 'run' });
  runTask(backlog, 'begun before');
  // The first event of this one is taken: all others have to follow.
  assert.deepEqual([backlog.take()?.type, backlog.take()?.name], ['RUN_STARTED', 'begun before']);
  for (let task = 0; task < 40_000; task += 1) runTask(backlog, `${task}`);
  backlog.put({ type: 'RUN_FINISHED', threadId: 'thread', runId: 'run', outcome: { type: 'success' } });
  const events = all(backlog);
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
  const backlog = new Backlog();
  const events = [];
  for (let task = 0; task < 30_000; task += 1) {
    runTask(backlog, `${task}`, 1);
    if (task >= 4_000) for (let taken = 0; taken < 6; taken += 1) events.push(backlog.take());
  }
  events.push(...all(backlog));
  assert.equal(names(events).length, 30_000);
  assert.equal(events.length, 30_000 * 6);
});
