// @ts-check
/**
 * Runs against a real language model, one of each pattern that needs no tools. Its answers are what
 * they are: only their shape, order, account and parallelism are looked at.
 */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import * as patterns from 'parallelization-agent';
import { analyze, subtasks } from '../../examples/research-paper/analyze.mjs';
import { startEmbedded } from '../../scripts/model/embedded.mjs';

/** @type {import('../../scripts/model.mjs').Model} */
let server;
/** @type {import('parallelization-agent').AgentOptions} */
let worker;
before(async () => {
  server = await startEmbedded();
  worker = {
    baseURL: server.baseURL,
    model: server.model,
    maxTokens: 12,
    temperature: 0,
    concurrency: 4,
  };
});
after(() => server.stop());

test('the embedded model analyses a research paper', { timeout: 240_000 }, async (t) => {
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
        assert.ok(metadata.completionTokens > 0 && metadata.completionTokens <= 12);
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
    /** @type {string[]} */
    const triedAgain = [];
    const onEvent = (/** @type {any} */ { type, name, value }) => {
      if (type === 'CUSTOM' && name === 'retry') triedAgain.push(value.code);
    };
    const run = patterns.parallelProcess('t', tooLong, { ...worker, aggregate: false, onEvent });
    await assert.rejects(run, (/** @type {any} */ error) => {
      assert.equal(error.results[0].error.code, 'API_ERROR');
      assert.equal(error.results[0].error.status, 400);
      // The server may close a connection in the moment in which it is used again.
      assert.deepEqual(
        triedAgain.filter((code) => code !== 'NETWORK'),
        [],
        'a request that cannot succeed is sent once',
      );
      return true;
    });
  });

  await t.test('an aborted run frees the server', async () => {
    const run = patterns.parallelProcess('t', [{ id: 'a', content: 'Count to a thousand.' }], {
      ...worker,
      maxTokens: 2000,
    });
    setTimeout(() => run.abort(), 300);
    await assert.rejects(run, { name: 'AbortError' });
    const { results } = await patterns.parallelProcess('t', [{ id: 'a', content: 'Say hello.' }], {
      ...worker,
      aggregate: false,
    });
    assert.equal(results[0].status, 'completed');
  });
});

test('every pattern that needs no tools runs on the embedded model', { timeout: 240_000 }, async (t) => {
  /** For answers in words, and for those that the model is held to a form in. */
  const brief = { ...worker, maxTokens: 8 };
  const formal = { ...worker, maxTokens: 90 };

  /** @param {import('parallelization-agent').RunResult} result @param {string[]} ids */
  function completed({ results, metadata }, ids) {
    assert.deepEqual(
      results.map(({ taskId, status }) => [taskId, status]),
      ids.map((id) => [id, 'completed']),
    );
    for (const { result, metadata } of results) {
      assert.ok(result);
      assert.equal(metadata.estimated, false);
    }
    assert.ok(metadata.totalTokens > 0);
  }

  await t.test('batch, clones and perspectives', async () => {
    const seen = [];
    const colours = patterns.batch(new Set(['Name a colour.', 'Name a fruit.']), brief);
    for await (const { taskId, result } of colours.results({ order: 'input' })) seen.push([taskId, !!result]);
    assert.deepEqual(seen, [
      ['input-1', true],
      ['input-2', true],
    ]);
    const copies = await patterns.clones({ de: 'Write German.', fr: 'Write French.' }, 'Say hello.', brief);
    completed(copies, ['de', 'fr']);
    assert.deepEqual(Object.keys(copies.merged), ['de', 'fr']);
    const views = await patterns.perspectives('We buy a boat.', ['cost', 'risk'], brief);
    completed(views, ['cost', 'risk']);
    assert.ok(views.summary);
  });

  await t.test('map-reduce within a small context', async () => {
    const documents = ['Bees live in hives.', 'Trams run on rails.', 'Bread is baked.'];
    const options = { ...brief, fanIn: 2, contextTokens: 512 };
    const { summary, levels, ...rest } = await patterns.mapReduce(documents, options);
    completed(rest, ['document-1', 'document-2', 'document-3']);
    assert.ok(summary);
    assert.equal(levels, 2);
  });

  await t.test('sectioning', async () => {
    const result = await patterns.sectioning('Bees', ['Homes', 'Food'], {
      ...brief,
      aggregate: { maxTokens: 80 },
    });
    completed(result, ['Homes', 'Food']);
    assert.ok(result.summary || result.summaryError?.code === 'SCHEMA_MISMATCH');
  });

  await t.test('voting, best of two and evaluate keep to their forms', async () => {
    const { votes, tally } = await patterns.voting('Is honey sweet? Say yes or no.', {
      ...formal,
      voters: 2,
    });
    const counted = votes.filter(({ status }) => status === 'counted').length;
    assert.ok(counted > 0, 'a model that is held to the form of a ballot fills in one');
    const sum = tally.reduce((sum, { votes }) => sum + votes, 0);
    assert.equal(sum, counted);
    const best = await patterns.bestOf('Name a colour.', 2, { ...brief, picker: { maxTokens: 90 } });
    completed(best, ['candidate-1', 'candidate-2']);
    assert.ok(best.winner || best.selectError);
    const { scores } = await patterns.evaluate('Bees are small.', ['clarity', 'length'], formal);
    for (const score of Object.values(scores)) assert.ok(score === null || (score >= 0 && score <= 10));
  });

  await t.test('guarded answers, or says what held the answer back', async () => {
    const { answer, blocked, verdicts } = await patterns.guarded('What do bees eat?', ['insults'], {
      ...formal,
      maxTokens: 60,
    });
    assert.equal(verdicts.length, 1);
    assert.equal(answer === null, blocked !== null);
  });

  await t.test('a prompt', async () => {
    const result = await patterns.run('/batch Name a colour. | Name a fruit.', brief);
    completed(result, ['input-1', 'input-2']);
    assert.equal(result.metadata.strategy, 'batch');
  });
});
