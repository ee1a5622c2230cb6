// @ts-check
/** `parallelProcess` over real HTTP: what is sent, in which order, and what comes back. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ParallelRun, parallelProcess } from 'parallelization-agent';
import { execScript } from './exec-script.mjs';
import { after, complete, startModelServer } from './model-server.mjs';

const paper = [
  { id: 'methodology', type: 'analysis', content: 'Analyze methodology section', dependencies: [] },
  { id: 'results', type: 'analysis', content: 'Analyze results section', dependencies: [] },
  {
    id: 'discussion',
    type: 'analysis',
    content: 'Analyze discussion',
    dependencies: ['methodology', 'results'],
  },
];

test('results stand in the order of the input, each with its id, text and account', async (t) => {
  const server = await startModelServer(t, async ({ content }, response) => {
    await after(content.includes('methodology section') ? 60 : 5);
    complete(response, `about: ${content.split('\n')[0]}`);
  });
  const result = await parallelProcess('Analyze a research paper', paper, {
    baseURL: server.baseURL,
    model: 'm',
  });
  assert.deepEqual(
    result.results.map(({ taskId, status, result }) => [taskId, status, result]),
    [
      ['methodology', 'completed', 'about: Analyze methodology section'],
      ['results', 'completed', 'about: Analyze results section'],
      ['discussion', 'completed', 'about: Analyze discussion'],
    ],
  );
  const { metadata } = result.results[0];
  assert.equal(metadata.type, 'analysis');
  assert.equal(metadata.model, 'scripted-model');
  assert.equal(metadata.provider, 'openai');
  assert.deepEqual([metadata.tokens, metadata.promptTokens, metadata.completionTokens], [25, 20, 5]);
  assert.deepEqual([metadata.attempts, metadata.estimated, metadata.finishReason], [1, false, 'stop']);
  assert.equal(result.metadata.totalTasks, 3);
  assert.equal(result.metadata.completedTasks, 3);
  assert.equal(result.metadata.totalTokens, 100);
  assert.equal(result.metadata.maxConcurrency, 2);
  assert.ok(result.metadata.criticalPathMs <= result.metadata.processingTimeMs);
  assert.ok(result.metadata.sequentialTimeMs >= result.metadata.criticalPathMs);
  assert.equal(typeof result.summary, 'string');
});

test('the results of dependencies reach the prompt, fenced, where the content asks for them', async (t) => {
  const server = await startModelServer(t, ({ content }, response) =>
    complete(response, content === 'one' ? 'ALPHA ~~~ omega' : 'done'),
  );
  const subtasks = [
    { id: 'a', content: 'one' },
    { id: 'b', content: 'Improve {{a}} please', dependencies: ['a'] },
  ];
  await parallelProcess('t', subtasks, { baseURL: server.baseURL, aggregate: false });
  assert.match(server.requests[1].content, /^Improve \n~~~~ result of a\nALPHA ~~~ omega\n~~~~\n please/);
});

test('no more calls are under way than `concurrency` allows', async (t) => {
  const server = await startModelServer(t, async (_, response) => {
    await after(5);
    complete(response, 'x');
  });
  const subtasks = Array.from({ length: 40 }, (_, index) => ({ id: `t${index}`, content: 'x' }));
  const { metadata } = await parallelProcess('t', subtasks, {
    baseURL: server.baseURL,
    concurrency: 7,
    aggregate: false,
  });
  assert.equal(metadata.maxConcurrency, 7);
  assert.ok(server.open.most <= 7);
});

test('a worker for a type adapts the call, and the subtask has the last word', async (t) => {
  const server = await startModelServer(t, (_, response) => complete(response, 'x'));
  await parallelProcess('t', [{ id: 'a', type: 'code', content: 'x', temperature: 0.9 }], {
    baseURL: server.baseURL,
    apiKey: 'sk-test',
    model: 'plain',
    temperature: 0.1,
    workers: { code: { model: 'coder', instructions: 'You write code.', temperature: 0.5, maxTokens: 50 } },
    aggregate: { model: 'writer', instructions: 'You summarise.' },
  });
  const [task, summary] = server.requests;
  assert.equal(task.headers.authorization, 'Bearer sk-test');
  assert.deepEqual([task.body.model, task.body.temperature, task.body.max_tokens], ['coder', 0.9, 50]);
  assert.match(task.body.messages[0].content, /^You write code\./);
  assert.deepEqual([summary.body.model, summary.body.temperature], ['writer', 0.1]);
  assert.match(summary.body.messages[0].content, /^You summarise\./);
});

test('a failed task is reported, what needs it is skipped, and all else runs on', async (t) => {
  const server = await startModelServer(t, ({ content }, response) => {
    if (content === 'bad') response.writeHead(400).end('{"error":{"message":"no such thing"}}');
    else complete(response, 'fine');
  });
  const subtasks = [
    { id: 'bad', content: 'bad' },
    { id: 'next', content: 'next', dependencies: ['bad'] },
    { id: 'last', content: 'last', dependencies: ['next'] },
    { id: 'good', content: 'good' },
  ];
  const { results, metadata, summary } = await parallelProcess('t', subtasks, { baseURL: server.baseURL });
  assert.deepEqual(
    results.map(({ status }) => status),
    ['failed', 'skipped', 'skipped', 'completed'],
  );
  assert.equal(results[0].error?.code, 'API_ERROR');
  assert.equal(results[0].error?.status, 400);
  assert.match(results[0].error?.message ?? '', /no such thing/);
  assert.equal(results[2].error?.skippedBecauseOf, 'bad');
  assert.deepEqual([metadata.failedTasks, metadata.skippedTasks, metadata.completedTasks], [1, 2, 1]);
  assert.equal(summary, 'fine');
});

test("with `onError: 'throw'` the first failure ends the run, and the error carries what was done", async (t) => {
  const server = await startModelServer(t, async ({ content }, response) => {
    if (content === 'good') return complete(response, 'fine');
    await after(20);
    if (content === 'bad') response.writeHead(400).end('{}');
  });
  const subtasks = ['good', 'bad', 'hangs'].map((content) => ({ id: content, content }));
  const run = parallelProcess('t', subtasks, { baseURL: server.baseURL, onError: 'throw' });
  await assert.rejects(run, (/** @type {any} */ error) => {
    assert.equal(error.code, 'RUN_FAILED');
    assert.equal(error.cause.code, 'API_ERROR');
    assert.deepEqual(
      error.results.map((/** @type {any} */ r) => r.status),
      ['completed', 'failed', 'cancelled'],
    );
    assert.equal(error.metadata.completedTasks, 1);
    return true;
  });
});

test('a run is a promise, and its events come in order to all who listen', async (t) => {
  const server = await startModelServer(t, (_, response) => complete(response, 'x'));
  /** @type {string[]} */
  const heard = [];
  const run = parallelProcess('t', paper, {
    baseURL: server.baseURL,
    onEvent: ({ type }) => {
      heard.push(type);
    },
  });
  assert.ok(run instanceof Promise && run instanceof ParallelRun);
  /** @type {string[]} */
  const read = [];
  for await (const event of run) read.push(event.type);
  await run;
  assert.deepEqual(read, heard);
  assert.equal(read[0], 'RUN_STARTED');
  assert.equal(read.at(-1), 'RUN_FINISHED');
  assert.equal(read.filter((type) => type === 'SUBAGENT_FINISHED').length, 4);
});

test('a snapshot tells at any moment where the run stands', async (t) => {
  const server = await startModelServer(t, async ({ content }, response) => {
    if (content === 'quick') complete(response, 'x');
    else {
      await after(60);
      complete(response, 'y');
    }
  });
  const subtasks = ['quick', 'slow'].map((content) => ({ id: content, content }));
  const run = parallelProcess('t', subtasks, { baseURL: server.baseURL, aggregate: false });
  const before = run.snapshot();
  assert.deepEqual([before.runId, before.strategy, before.totalTasks], [run.runId, 'parallelProcess', 0]);
  while (run.snapshot().completedTasks === 0) await after(1);
  const during = run.snapshot();
  assert.deepEqual([during.running, during.totalTasks, during.totalTokens], [['slow'], 2, 25]);
  assert.deepEqual(Object.keys(before).sort(), Object.keys(during).sort());
  const { metadata } = await run;
  const { running, ...sums } = run.snapshot();
  assert.deepEqual([running, sums.completedTasks, sums.totalTokens], [[], 2, metadata.totalTokens]);
});

test('a rejection that nobody looks at is reported once, and one that somebody handles is not', async () => {
  const script = `
    import { parallelProcess } from 'parallelization-agent';
    process.on('unhandledRejection', ({ code }) => console.log('unhandled', code));
    parallelProcess('t', []);
    for await (const { type } of parallelProcess('t', [])) console.log(type);
    parallelProcess('t', []).catch(({ code }) => console.log('caught', code));
  `;
  // The listener to the runs of these tests handles their rejections.
  const env = { ...process.env, NODE_OPTIONS: '' };
  const stdout = await execScript(script, { env });
  const lines = stdout.trim().split('\n').sort();
  assert.deepEqual(lines, ['RUN_ERROR', 'RUN_STARTED', 'caught INVALID_INPUT', 'unhandled INVALID_INPUT']);
});

test('a listener that throws does the run no harm', async (t) => {
  const server = await startModelServer(t, (_, response) => complete(response, 'x'));
  const print = t.mock.method(console, 'error', () => {});
  const throws = () => {
    throw new Error('a bug of the caller');
  };
  for (const onEvent of [throws, async () => throws()]) {
    print.mock.resetCalls();
    const { metadata } = await parallelProcess('t', paper, { baseURL: server.baseURL, onEvent });
    await after(0);
    assert.equal(metadata.completedTasks, 3);
    assert.equal(print.mock.callCount(), 1, 'it is told once');
  }
});
