// @ts-check
/** A thousand tasks among failures that the page makes, with its own answers, by its own clock. */

import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { suggestions } from '../../www/src/patterns/suggestions.js';
import { EventReader } from '../../www/src/run/events.js';
import { RunRecord } from '../../www/src/run/record.js';
import { withFaults } from '../../www/src/settings/faults.js';
import { sampleFetch } from '../../www/src/simulated/endpoint.js';
import { installVirtualTime, timed } from './world/virtual-time.mjs';

/** @type {typeof import('parallelization-agent')} */
let api;
before(async () => {
  api = await import('parallelization-agent');
  await api.batch(['x'], { complete: () => 'y' });
  installVirtualTime();
  Math.random = seeded(7);
});

test('a thousand tasks come through the failures of the switch, in less than two minutes', async () => {
  const { task, subtasks } = suggestions.find(({ label }) => label === 'A thousand tasks')?.values ?? {};
  const record = new RunRecord(Date.now);
  const reader = new EventReader(record);
  const { ms, error } = await timed(
    api.parallelProcess(task, subtasks, {
      fetch: /** @type {any} */ (withFaults(sampleFetch(null))),
      baseURL: 'https://simulated.invalid/v1',
      model: 'simulated',
      stream: true,
      // As the page has it where nothing else is typed in.
      maxRetries: 6,
      onEvent: (event) => reader.read([event]),
    }),
  );
  assert.equal(error, undefined);
  const failed = record.tasks.filter(({ status }) => status !== 'completed');
  console.log(`${(ms / 1000).toFixed(1)} s, ${record.retries} retries, ${failed.length} not completed`);
  assert.deepEqual(failed, []);
  assert.ok(record.retries > 100, `${record.retries} retries`);
  assert.ok(ms < 120_000, `${ms} ms`);
});

/**
 * Chance that comes again: mulberry32.
 * @param {number} state
 */
function seeded(state) {
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
