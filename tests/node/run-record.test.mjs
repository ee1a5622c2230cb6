// @ts-check
/** What the demo page and the command line's report gather from the events of a run. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sectioning } from 'parallelization-agent';
import { ReportRecord } from '../../pkg/cli/report/record.js';
import { EventReader } from '../../www/src/run/events.js';
import { RunRecord } from '../../www/src/run/record.js';
import { after } from './model-server.mjs';

const plan = JSON.stringify({ sections: ['Facts', 'Risks', 'Costs'] });
const sum = JSON.stringify({ summary: 'Short.', keyPoints: ['One.'] });

test('rows are told apart from a call of the run’s own that comes before them', async () => {
  let calls = 0;
  const run = sectioning('Moths', {
    complete: async ({ schema }) => {
      await after(2);
      calls += 1;
      return { text: schema ? (calls === 1 ? plan : sum) : 'Fine.', usage: { completionTokens: calls } };
    },
  });
  const record = new RunRecord();
  const reader = new EventReader(record);
  const report = new ReportRecord();
  const sections = ['Facts', 'Risks', 'Costs'];
  /** By the table alone: in the end, the result has the last word. @type {unknown[]} */
  let counted = [];
  let isPlanned = false;
  for await (const event of run) {
    if (event.type === 'RUN_FINISHED') counted = sections.map((id) => [id, record.byId.get(id)?.tokens]);
    reader.read([event]);
    report.apply(event);
    const planner = record.byId.get('planner');
    assert.ok(!isPlanned || planner?.status === 'completed', 'the planner runs again');
    isPlanned ||= planner?.status === 'completed';
  }
  const result = await run;
  report.settle(result);
  assert.deepEqual(
    counted,
    result.results.map(({ taskId, metadata }) => [taskId, metadata.tokens]),
  );
  const tries = report.tasks.map(({ name, attempts }) => [name, attempts.map(({ outcome }) => outcome)]);
  assert.deepEqual(
    tries.slice(0, 4),
    ['planner', ...sections].map((name) => [name, ['answered']]),
  );
});
