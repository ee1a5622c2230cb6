// @ts-check
/**
 * Every example runs as it stands, on simulated answers; what each comes to is known as far as
 * those allow.
 */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { APICallError } from 'ai';
import { MockLanguageModelV3 } from 'ai/test';
import { exampleNames, inBrowsers, loadExample } from '../../scripts/example/catalogue.mjs';
import { startSimulated } from '../../scripts/model/simulated.mjs';
import { skip } from './redis-server.mjs';

/** @type {import('../../scripts/model.mjs').Model} */
let model;
before(async () => {
  model = await startSimulated({ pace: 0 });
});
after(() => model.stop());

const simulated = /^\[simulated\]/;

/** @param {any} result @param {string[]} ids */
function completed({ results, metadata }, ids) {
  assert.deepEqual(
    results.map((/** @type {any} */ { taskId, status }) => [taskId, status]),
    ids.map((id) => [id, 'completed']),
  );
  assert.equal(metadata.completedTasks, ids.length);
}

/** @type {Record<string, (result: any) => void>} */
const expectations = {
  architects(result) {
    completed(result, ['scale', 'safety', 'simplicity']);
    assert.match(result.summary, simulated);
  },
  articles(result) {
    completed(result, ['bees', 'trams', 'bread', 'ink', 'wells', 'owls']);
    assert.ok(result.metadata.maxConcurrency <= 4);
  },
  audiences(result) {
    completed(result, ['news', 'academic', 'social']);
    assert.match(result.summary, simulated);
  },
  cluster({ metadata, workers, most }) {
    assert.equal(metadata.completedTasks, 40);
    const sent = (/** @type {boolean} */ killed) =>
      workers.find((/** @type {any} */ { isKilled }) => isKilled === killed).sent;
    assert.ok(sent(true) > 0 && sent(false) > 0);
    const again = sent(true) + sent(false) - 40;
    // Four jobs of the killed one; on a busy machine the other may lose some of its four as well.
    assert.ok(again >= 0 && again <= 8, `${again} asked again, of four at once`);
    // Ten are let through in a second. A busy machine sends some of them late.
    assert.ok(most < 20, `${most} in a second`);
  },
  essays(graded) {
    assert.deepEqual(Object.keys(graded), ['lighthouses', 'homework', 'walking']);
    for (const { scores, total } of Object.values(graded)) {
      assert.deepEqual(Object.keys(scores), ['argument', 'evidence', 'style']);
      const weighted = (scores.argument * 2 + scores.evidence + scores.style) / 4;
      assert.ok(Math.abs(total - weighted) < 1e-9, `${total} is not ${weighted}`);
    }
  },
  failing({ results, summary, metadata }) {
    assert.deepEqual(
      results.map((/** @type {any} */ { taskId, status, metadata: { attempts } }) => [
        taskId,
        status,
        attempts,
      ]),
      [
        ['reliable', 'completed', 1],
        ['flaky', 'completed', 3],
        ['broken', 'failed', 1],
      ],
    );
    assert.equal(results[2].error.status, 400);
    assert.equal(`${metadata.completedTasks}/${metadata.totalTasks} successful`, '2/3 successful');
    assert.match(summary, simulated);
  },
  guarded({ answer, blocked, verdicts }) {
    assert.match(answer, simulated);
    assert.equal(blocked, null);
    assert.deepEqual(
      verdicts.map((/** @type {any} */ { guard, tripped }) => [guard, tripped]),
      [
        ['privacy', false],
        ['injection', false],
        ['tone', false],
      ],
    );
  },
  langchain(result) {
    completed(result, ['kettle', 'lamp', 'chair']);
    assert.match(result.results[0].result, /^\[fake\]/);
  },
  locales({ merged }) {
    assert.deepEqual(Object.keys(merged), ['de-CH', 'fr-FR', 'ja-JP', 'pt-BR']);
    for (const text of Object.values(merged)) assert.match(text, simulated);
  },
  'rate-limited'({ metadata }) {
    assert.deepEqual([metadata.completedTasks, metadata.failedTasks], [100, 0]);
    // A machine that takes longer than the server's four periods sends too slowly to be refused.
    assert.ok(metadata.retries > 0 || metadata.processingTimeMs > 2_000, 'nobody was refused');
    assert.ok(metadata.processingTimeMs >= 750, 'the server let more through than it may');
  },
  'research-paper'(result) {
    completed(result, ['methodology', 'results', 'discussion']);
    assert.match(result.summary, simulated);
  },
  themes({ summary, levels, failedDocuments, metadata }) {
    assert.match(summary, simulated);
    assert.deepEqual([levels, failedDocuments, metadata.completedTasks], [2, [], 50]);
  },
  translators({ votes, winner, reason }) {
    assert.deepEqual(
      votes.map((/** @type {any} */ { voter, status }) => [voter, status]),
      [
        ['literal', 'counted'],
        ['idiomatic', 'counted'],
        ['poetic', 'counted'],
      ],
    );
    assert.ok(votes.some((/** @type {any} */ { answer }) => answer === winner));
    assert.match(reason, simulated);
  },
  tracing(spans) {
    const names = spans
      .map((/** @type {any} */ { name }) => name)
      .filter((/** @type {string} */ name) => !name.startsWith('chat '));
    assert.deepEqual(names.sort(), [
      'invoke_workflow parallelProcess',
      'task advice',
      'task against',
      'task for',
      'task summary',
    ]);
    assert.equal(spans.length, 9);
  },
  'vercel-ai-sdk'(result) {
    completed(result, ['for', 'against', 'advice']);
    assert.match(result.summary, /^\[mock\]/);
    assert.equal(result.metadata.totalTokens, 4 * 26);
  },
};

/** Those in browsers are tested there. */
const names = exampleNames.filter((name) => !inBrowsers.includes(name));

test('there is an expectation of each example', () => {
  assert.deepEqual(Object.keys(expectations).sort(), names);
});

for (const name of names) {
  const needs = name === 'cluster' ? { skip } : {};
  test(`the example ${name} runs, and prints what came of it`, needs, async (t) => {
    const { about, run, print } = await loadExample(name);
    assert.ok(about.length > 10);
    const result = await run({ baseURL: model.baseURL, model: model.model });
    expectations[name](result);
    /** @type {string[]} */
    const lines = [];
    t.mock.method(console, 'log', (/** @type {string} */ line) => lines.push(line));
    print(result);
    assert.doesNotMatch(lines.join('\n'), /undefined|\[object/);
    assert.ok(lines.length > 0);
  });
}

test('a failure that the AI SDK reports is tried again when the server says', async () => {
  const { run } = await import('../../examples/vercel-ai-sdk.mjs');
  let calls = 0;
  const model = new MockLanguageModelV3({
    doGenerate: async () => {
      calls += 1;
      throw new APICallError({
        message: 'Slow down.',
        url: 'https://example.com',
        requestBodyValues: {},
        statusCode: calls === 1 ? 429 : 401,
        responseHeaders: { 'retry-after-ms': '20' },
      });
    },
  });
  await assert.rejects(run({ concurrency: 1, onError: 'throw' }, model), (/** @type {any} */ error) => {
    assert.deepEqual([error.cause.code, error.cause.status], ['API_ERROR', 401]);
    return true;
  });
  assert.equal(calls, 2);
});
