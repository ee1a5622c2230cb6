// @ts-check
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TaskRows } from './task-rows.mjs';

const started = { type: 'SUBAGENT_STARTED', subagentRunId: 'run/a', name: 'a' };
const piece = { type: 'TEXT_MESSAGE_CONTENT', subagentRunId: 'run/a', delta: 'text' };

test('tasks stand in the order given, and one that the run adds comes last', () => {
  const rows = new TaskRows(['b', 'a']);
  rows.apply({ type: 'SUBAGENT_STARTED', subagentRunId: 'run/summary', name: 'summary' });
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
  const rows = new TaskRows(['a']);
  const row = { id: 'a', status: 'waiting', attempts: 0, tokens: 0, durationMs: 0 };
  rows.apply({ type: 'ACTIVITY_SNAPSHOT', content: { results: [row] } });
  for (const event of [started, piece, piece, { type: 'SUBAGENT_FINISHED', subagentRunId: 'run/a' }])
    rows.apply(event);
  const first = rows.all[0] ?? assert.fail();
  assert.deepEqual([first.status, first.pieces, first.tokens], ['running', 2, 0]);

  const patch = [
    { op: 'replace', path: '/results/0/tokens', value: 90 },
    { op: 'replace', path: '/results/0/status', value: 'completed' },
    { op: 'replace', path: '/results/0/durationMs', value: 1500 },
  ];
  rows.apply({ type: 'ACTIVITY_DELTA', patch });
  assert.deepEqual([first.status, first.tokens, first.durationMs], ['completed', 90, 1500]);
});

test('a task that failed says so, and one that never began has no duration', () => {
  const rows = new TaskRows(['a', 'b']);
  rows.apply(started);
  rows.apply({ type: 'SUBAGENT_ERROR', subagentRunId: 'run/a', message: 'no' });
  const row = { id: 'b', status: 'skipped', attempts: 0, tokens: 0 };
  rows.apply({ type: 'ACTIVITY_SNAPSHOT', content: { results: [row] } });
  assert.deepEqual(
    rows.all.map(({ status }) => status),
    ['failed', 'skipped'],
  );
  assert.equal(rows.all[1]?.durationMs, null);
});
