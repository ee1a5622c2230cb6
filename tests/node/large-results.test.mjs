// @ts-check
/**
 * A run whose results are longer than any text can be: its event stream gives them all the same.
 */

import assert from 'node:assert/strict';
import { constants } from 'node:buffer';
import { test } from 'node:test';
import { ParallelRun } from '../../pkg/run.js';

const text = 'x'.repeat(32_000_000);
const count = Math.ceil(constants.MAX_STRING_LENGTH / text.length) + 1;

/**
 * The core's side of a run that has ended, with one text many times: the core itself would take a
 * minute to copy it.
 */
function endedCore() {
  const results = Array.from({ length: count }, (_, index) => ({ taskId: `t${index}`, result: text }));
  return /** @type {any} */ ({
    outcome: Promise.resolve({ results, metadata: { totalTasks: count } }),
    abort() {},
    snapshot() {},
    listen(/** @type {unknown} */ _, /** @type {(event: object) => void} */ emit) {
      emit({ type: 'RUN_FINISHED', runId: 'r', threadId: 'r', outcome: { type: 'success' }, timestamp: 1 });
    },
  });
}

test('an event stream of more than 512 MB is read to its end, one result after the other', async () => {
  const run = new ParallelRun({}, 'batch', async (_, begun) => {
    const core = endedCore();
    begun(core);
    return core;
  });
  let [length, longest, head, tail] = [0, 0, '', ''];
  for await (const piece of /** @type {any} */ (run.toEventStream())) {
    length += piece.length;
    longest = Math.max(longest, piece.length);
    head ||= new TextDecoder().decode(piece.subarray(0, 200));
    tail = (tail + new TextDecoder().decode(piece.subarray(-200))).slice(-200);
  }
  assert.ok(length > constants.MAX_STRING_LENGTH, `${length} bytes`);
  assert.ok(longest < 2 * text.length, `${longest} bytes at once`);
  assert.match(head, /^data: {"type":"RUN_FINISHED".*"result":{"results":\[{"taskId":"t0","result":"xxx/);
  assert.ok(tail.endsWith(`xxx"}],"metadata":{"totalTasks":${count}}}}\n\n`), tail);
});
