// @ts-check
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TaskRows } from './task-rows.mjs';

/** @param {string} runId @param {string[]} ids */
const table = (runId, ids) => ({
  type: 'ACTIVITY_SNAPSHOT',
  messageId: runId,
  content: { results: ids.map((id) => ({ id, status: 'waiting', attempts: 0, tokens: 0, durationMs: 0 })) },
});
const started = { type: 'SUBAGENT_STARTED', subagentRunId: 'run/a', name: 'a' };
const piece = { type: 'TEXT_MESSAGE_CONTENT', subagentRunId: 'run/a', delta: 'text' };

test('tasks stand in the order of the run’s table, and one that the run adds comes last', () => {
  const rows = new TaskRows();
  rows.apply(table('run', ['b', 'a']));
  rows.apply({ type: 'SUBAGENT_STARTED', subagentRunId: 'run/2/summary', name: 'summary' });
  assert.deepEqual(
    rows.all.map(({ id, status }) => [id, status]),
    [
      ['b', 'waiting'],
      ['a', 'waiting'],
      ['summary', 'running'],
    ],
  );
});

test('pieces of text are counted as they come, and tokens, state and time are those of the run’s table', () => {
  const rows = new TaskRows();
  rows.apply(table('run', ['a']));
  for (const event of [started, piece, piece, { type: 'SUBAGENT_FINISHED', subagentRunId: 'run/a' }])
    rows.apply(event);
  const first = rows.all[0] ?? assert.fail();
  assert.deepEqual([first.status, first.pieces, first.tokens], ['running', 2, 0]);

  const patch = [
    { op: 'replace', path: '/results/0/tokens', value: 90 },
    { op: 'replace', path: '/results/0/status', value: 'completed' },
    { op: 'replace', path: '/results/0/durationMs', value: 1500 },
  ];
  rows.apply({ type: 'ACTIVITY_DELTA', messageId: 'run', patch });
  assert.deepEqual([first.status, first.tokens, first.durationMs], ['completed', 90, 1500]);
});

test('a task that failed says so, and one that never began has no duration', () => {
  const rows = new TaskRows();
  rows.apply(started);
  rows.apply({ type: 'SUBAGENT_ERROR', subagentRunId: 'run/a', message: 'no' });
  const row = { id: 'b', status: 'skipped', attempts: 0, tokens: 0 };
  rows.apply({ type: 'ACTIVITY_SNAPSHOT', messageId: 'run', content: { results: [row] } });
  assert.deepEqual(
    rows.all.map(({ status }) => status),
    ['failed', 'skipped'],
  );
  assert.equal(rows.all[1]?.durationMs, null);
});

test('runs that name their tasks alike are kept apart, and every run but the first has its number on them', () => {
  const rows = new TaskRows();
  for (const runId of ['x', 'y']) {
    rows.apply({ type: 'RUN_STARTED', runId });
    rows.apply(table(runId, ['a']));
  }
  rows.apply({ type: 'SUBAGENT_STARTED', subagentRunId: 'y/a', name: 'a' });
  rows.apply({ type: 'TEXT_MESSAGE_CONTENT', subagentRunId: 'y/a', delta: 'text' });
  rows.apply({ type: 'SUBAGENT_STARTED', subagentRunId: 'y/1/summary', name: 'summary' });
  const patch = [{ op: 'replace', path: '/results/0/status', value: 'failed' }];
  rows.apply({ type: 'ACTIVITY_DELTA', messageId: 'x', patch });
  assert.deepEqual(
    rows.all.map(({ id, status, pieces }) => [id, status, pieces]),
    [
      ['a', 'failed', 0],
      ['a#2', 'running', 1],
      ['summary#2', 'running', 0],
    ],
  );
});
