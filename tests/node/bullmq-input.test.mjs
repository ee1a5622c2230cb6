// @ts-check
/** What is wrong with work for a queue, or with a worker, is refused before anything is sent. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { InvalidInputError, ParallelAgent } from 'parallelization-agent';
import { enqueue, processor } from 'parallelization-agent/bullmq';

describe('what is wrong is refused before anything is sent', () => {
  const queue = /** @type {any} */ ({
    name: 'llm',
    qualifiedName: 'bull:llm',
    ...Object.fromEntries(
      ['add', 'getJob', 'getJobState', 'getJobLogs'].map((name) => [name, () => assert.fail()]),
    ),
  });
  const events = /** @type {any} */ ({
    name: 'llm',
    qualifiedName: 'bull:llm',
    on() {},
    waitUntilReady: async () => {},
  });
  const refused = (/** @type {any[]} */ given, /** @type {RegExp} */ words) =>
    assert.throws(
      () => /** @type {any} */ (enqueue)(...given),
      (/** @type {any} */ error) => {
        assert.ok(error instanceof InvalidInputError);
        assert.match(error.message, words);
        return true;
      },
    );

  test('a queue that is none, and events of another', () => {
    const work = { batch: ['a'] };
    for (const none of [undefined, null, {}, 'llm', new Map()])
      refused([none, work, { events }], /- queue: Expected a/);
    for (const none of [undefined, {}, { events: queue }, { events: undefined }])
      refused([queue, work, none], /- options(\.events)?: Expected/);
    refused(
      [queue, work, { events: { ...events, qualifiedName: 'other:llm' } }],
      /`bull:llm`, with the same `prefix`/,
    );
    refused([queue, work, { events: { ...events, name: 'mail' } }], /`llm`/);
    refused([queue, work, { events, store: {} }], /options\.store: Expected a store/);
    refused([queue, work, { event: events }], /options\.event: There is no such option/);
  });

  test('work of no known shape', () => {
    for (const none of [
      undefined,
      null,
      'a',
      ['a'],
      {},
      { options: {} },
      { bach: ['a'] },
      { batch: ['a'], voting: 'b' },
    ])
      refused([queue, none, { events }], /- work: Expected/);
    for (const none of ['a', ['a'], { task: 'a', tasks: [] }])
      refused([queue, { process: none }, { events }], /- process(\.tasks)?: Expected `\{ task, subtasks \}`/);
    refused([queue, { batch: ['a'], options: { temprature: 1 } }, { events }], /Did you mean `temperature`/);
    refused([queue, { batch: ['a'], options: 7 }, { events }], /`options` to be an object/);
  });

  test('what cannot go through a queue, by its path', () => {
    const schema = { '~standard': { version: 1, vendor: 'x', validate() {} } };
    const model = { specificationVersion: 'v3', provider: 'x', modelId: 'm', doGenerate() {}, doStream() {} };
    const ring = /** @type {any} */ ({ role: 'user', content: 'a' });
    ring.self = ring;
    /** @type {[object, RegExp][]} */
    const wrong = [
      [
        { tools: [{ name: 'x', execute() {} }] },
        /options\.tools\[0\]\.execute: A tool .*`tools: \['weather'\]`/,
      ],
      [{ complete: async () => 'a' }, /options\.complete: .*`processor\(agent, \{ complete \}\)`/],
      [{ select: () => 0 }, /options\.select: A function/],
      [{ schema }, /options\.schema: A schema of a library .*JSON Schema/],
      [{ workers: { a: { schema } } }, /options\.workers\.a\.schema: A schema/],
      [{ model }, /options\.model: A model object/],
      [{ fallbacks: [{ model }] }, /options\.fallbacks\[0\]\.model: A model object/],
      [{ apiKey: 'sk-1' }, /options\.apiKey: A key would lie in the queue/],
      [{ fallbacks: [{ apiKey: () => 'sk-1' }] }, /options\.fallbacks\[0\]\.apiKey: A key/],
      [{ headers: { Authorization: 'Bearer sk-1' } }, /options\.headers\.Authorization: A key/],
      [{ headers: { 'x-api-key': 'sk-1' } }, /options\.headers\.x-api-key: A key/],
      [{ history: [ring] }, /options\.history\[0\]\.self: Only plain data/],
      [{ seed: 1n }, /options\.seed: Only plain data/],
      [{ temperature: Number.NaN }, /options\.temperature: Only plain data/],
      [{ extraBody: { when: new Date() } }, /options\.extraBody\.when: Only plain data/],
      [{ extraBody: { them: new Map() } }, /options\.extraBody\.them: Only plain data/],
      [{ store: new Map() }, /options\.store: It belongs to the worker/],
      [{ signal: {} }, /options\.signal: Expected an `AbortSignal`/],
      [{ onEvent: 7 }, /options\.onEvent: Expected a function/],
      [{ runId: '' }, /options\.runId: Expected a text/],
      [{ limiter: {}, concurrency: 4, budget: {}, fetch }, /in 4 places/],
    ];
    for (const [options, words] of wrong) refused([queue, { batch: ['a'], options }, { events }], words);
    refused([queue, { batch: ['a', { body: { f() {} } }] }, { events }], /- batch\[1\]\.body\.f: A function/);
    const subtasks = [{ id: 'a', content: 'x', tools: [{ name: 'x', execute() {} }] }];
    refused(
      [queue, { process: { task: 't', subtasks } }, { events }],
      /process\.subtasks\[0\]\.tools\[0\]\.execute: A tool/,
    );
    for (const options of wrong.map(([options]) => options))
      assert.throws(
        () => /** @type {any} */ (enqueue)(queue, { batch: ['a'], options }, { events }),
        (/** @type {any} */ error) => !/sk-1/.test(error.message + JSON.stringify(error)),
      );
  });

  test('a processor of what is no agent, and wrong options', () => {
    for (const none of [undefined, {}, { batch() {} }])
      assert.throws(() => processor(/** @type {any} */ (none)), /- agent: Expected a `ParallelAgent`/);
    const agent = new ParallelAgent();
    for (const options of [{ tools: 7 }, { complete: 'x' }, { store: {} }, { tool: {} }])
      assert.throws(() => processor(agent, /** @type {any} */ (options)), InvalidInputError);
    // BullMQ gives its signal to who takes three arguments.
    assert.equal(processor(agent).length, 3);
  });

  test('a job that somebody else has added fails, and says so', async () => {
    /** @type {any[]} */
    const told = [];
    const job = {
      id: '1',
      data: { hello: 1 },
      updateProgress: async (/** @type {any} */ progress) => told.push(progress),
    };
    await assert.rejects(processor(new ParallelAgent())(job), /Expected a job that `enqueue`/);
    assert.equal(told[0].failure.json.code, 'INVALID_INPUT');
  });
});
