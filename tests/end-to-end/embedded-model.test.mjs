// @ts-check
/**
 * One run against a real language model. Its answers are what they are: only their shape, order, account and
 * parallelism are looked at.
 */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parallelProcess } from 'parallelization-agent';
import { analyze, subtasks } from '../../examples/research-paper/analyze.mjs';
import { startEmbedded } from '../../scripts/model/embedded.mjs';

test('the embedded model analyses a research paper', { timeout: 240_000 }, async (t) => {
  const { baseURL, model, stop } = await startEmbedded();
  t.after(stop);
  const worker = { baseURL, model, maxTokens: 40, temperature: 0, concurrency: 4 };

  await t.test(
    'the example runs in parallel, in the order of its graph, with the server’s own counts',
    async () => {
      /** @type {any[]} */
      const events = [];
      const onEvent = (/** @type {object} */ event) => events.push(event);
      const { results, summary, metadata } = await analyze({ ...worker, stream: true, onEvent });
      assert.deepEqual(
        results.map(({ taskId, status }) => [taskId, status]),
        subtasks.map(({ id }) => [id, 'completed']),
      );
      assert.ok(summary && summary.length > 0);
      assert.equal(metadata.maxConcurrency, 2);
      assert.ok(metadata.processingTimeMs < metadata.sequentialTimeMs, 'two tasks ran at the same time');
      const [methodology, first, discussion] = results.map(({ metadata }) => metadata);
      for (const { startedAtMs, durationMs } of [methodology, first]) {
        assert.ok(Number(startedAtMs) + durationMs <= Number(discussion.startedAtMs) + 1);
      }
      for (const { result, metadata } of results) {
        assert.ok(result && result.length > 0);
        assert.ok(metadata.promptTokens > 100, 'the section was in the prompt');
        assert.ok(metadata.completionTokens > 0 && metadata.completionTokens <= 40);
        assert.equal(metadata.estimated, false);
        assert.ok(['stop', 'length'].includes(metadata.finishReason ?? ''));
      }
      const texts = new Map();
      for (const { type, messageId, delta } of events) {
        if (type === 'TEXT_MESSAGE_CONTENT') texts.set(messageId, (texts.get(messageId) ?? '') + delta);
      }
      assert.deepEqual([...texts.values()].sort(), [...results.map(({ result }) => result), summary].sort());
    },
  );

  await t.test('the server’s own errors are told apart', async () => {
    const tooLong = [{ id: 'long', content: 'word '.repeat(20_000) }];
    const run = parallelProcess('t', tooLong, { ...worker, aggregate: false });
    await assert.rejects(run, (/** @type {any} */ error) => {
      assert.equal(error.results[0].error.code, 'API_ERROR');
      assert.equal(error.results[0].error.status, 400);
      assert.equal(error.metadata.attempts, 1, 'a request that cannot succeed is sent once');
      return true;
    });
  });

  await t.test('an aborted run frees the server', async () => {
    const run = parallelProcess('t', [{ id: 'a', content: 'Count to a thousand.' }], {
      ...worker,
      maxTokens: 2000,
    });
    setTimeout(() => run.abort(), 300);
    await assert.rejects(run, { name: 'AbortError' });
    const { results } = await parallelProcess('t', [{ id: 'a', content: 'Say hello.' }], {
      ...worker,
      aggregate: false,
    });
    assert.equal(results[0].status, 'completed');
  });
});
