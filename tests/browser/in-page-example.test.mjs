// @ts-check
/** A real model inside a page, as the example has it. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { run } from '../../examples/in-page/serve.mjs';

test('the example asks a model inside the page, one call after another', { timeout: 240_000 }, async () => {
  const { results, metadata } = await run();
  assert.deepEqual(
    results.map(({ taskId, status }) => [taskId, status]),
    [
      ['wares', 'completed'],
      ['name', 'completed'],
    ],
  );
  for (const { result, metadata } of results) {
    assert.ok(result && result.length > 0);
    assert.ok(metadata.promptTokens > 10 && metadata.completionTokens > 0, 'it counts its tokens');
    assert.ok(metadata.completionTokens <= 16);
    assert.deepEqual([metadata.provider, metadata.estimated], ['custom', false]);
    assert.ok(['stop', 'length'].includes(metadata.finishReason ?? ''));
  }
  assert.equal(metadata.maxConcurrency, 1);
});
