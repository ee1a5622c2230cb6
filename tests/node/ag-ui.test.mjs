// @ts-check
/** The events of a run are AG-UI 1.0, as its own schemas, verifier and client have it. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HttpAgent } from '@ag-ui/client';
import { guarded, parallelProcess } from 'parallelization-agent';
import { createAgentServer } from '../../examples/server/server.mjs';
import { gather, texts, verified } from './events.mjs';
import { after, complete, respond, startModelServer, stream } from './model-server.mjs';

test('patches end at the true state, failures and skips in their rows', async (t) => {
  const server = await startModelServer(t, ({ content, index }, response) => {
    if (content === 'bad') respond(response, 400, {});
    else if (index === 1) respond(response, 503, {}, { 'retry-after-ms': '5' });
    else complete(response, 'fine');
  });
  const subtasks = [
    { id: 'a', content: 'x' },
    { id: 'bad', content: 'bad' },
    { id: 'c', content: 'z', dependencies: ['bad'] },
    { id: 'd', content: 'z', dependencies: ['a'] },
  ];
  const { events, onEvent } = gather();
  const { results, metadata } = await parallelProcess('t', subtasks, { baseURL: server.baseURL, onEvent });
  const { activity, state } = await verified(events);
  assert.deepEqual(
    activity.results.map((/** @type {any} */ row) => [row.id, row.status, row.attempts, row.tokens]),
    results.map(({ taskId, status, metadata }) => [taskId, status, metadata.attempts, metadata.tokens]),
  );
  assert.deepEqual([activity.status, activity.completed_tasks, activity.total_tasks], ['complete', 2, 4]);
  assert.equal(activity.strategy, 'parallelProcess');
  const {
    processingTimeMs,
    criticalPathMs,
    sequentialTimeMs,
    maxConcurrency,
    hedges,
    fromStoreTasks,
    ...sums
  } = metadata;
  const { promptTokens, completionTokens, ...told } = sums;
  assert.deepEqual(state, { ...told, status: 'complete', runningTasks: 0 });
  const errors = events.filter(({ type }) => type === 'SUBAGENT_ERROR');
  assert.deepEqual(
    errors.map(({ code }) => code),
    ['API_ERROR'],
  );
  const finished = events.at(-1);
  assert.deepEqual(finished.outcome, { type: 'success' });
  assert.deepEqual(finished.result.metadata, metadata);
});

test('fifty branches that stream at the same time come out as fifty whole texts', async (t) => {
  const server = await startModelServer(t, async ({ content }, response) => {
    const pieces = Array.from({ length: 20 }, (_, index) => `${content}:${index} `);
    await stream(response, pieces, 1);
  });
  const subtasks = Array.from({ length: 50 }, (_, index) => ({
    id: `t${index}`,
    content: `branch ${index}`,
  }));
  const { events, onEvent } = gather();
  const options = { baseURL: server.baseURL, stream: true, concurrency: 50, aggregate: false, onEvent };
  const { results } = await parallelProcess('t', subtasks, options);
  await verified(events);
  const spoken = texts(events);
  for (const { taskId, result } of results) assert.deepEqual(spoken[taskId], [result]);
  const speakers = events
    .filter(({ type }) => type === 'TEXT_MESSAGE_CONTENT')
    .map((event) => event.messageId);
  const changes = speakers.filter((id, index) => id !== speakers[index - 1]).length;
  assert.ok(changes > 50, 'the branches were interleaved');
});

test('a retry after visible text ends that message, says so, and begins a new one', async (t) => {
  const server = await startModelServer(t, async ({ index }, response) => {
    if (index > 0) return stream(response, ['the whole ', 'answer']);
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write('data: {"choices":[{"delta":{"content":"the wh"}}]}\n\n');
    await after(20);
    response.destroy();
  });
  const { events, onEvent } = gather();
  const options = { baseURL: server.baseURL, stream: true, aggregate: false, onEvent };
  const { results } = await parallelProcess('t', [{ id: 'a', content: 'x' }], options);
  await verified(events);
  assert.equal(results[0].result, 'the whole answer');
  assert.deepEqual(texts(events).a, ['the wh', 'the whole answer']);
  const retry = events.find(({ type, name }) => type === 'CUSTOM' && name === 'retry');
  assert.equal(retry.value.discardsText, true);
  assert.equal(retry.value.taskId, 'a');
});

test("a task may be called like a call of the run's own", async (t) => {
  const server = await startModelServer(t, (_, response) => complete(response, 'x'));
  const { events, onEvent } = gather();
  await parallelProcess('t', [{ id: 'summary', content: 'x' }], { baseURL: server.baseURL, onEvent });
  await verified(events);
});

test('an answer that an output guard withholds is closed once', async (t) => {
  const server = await startModelServer(t, ({ body }, response) => {
    const isGuard = JSON.stringify(body.messages).includes('no names');
    complete(response, isGuard ? '{"tripped": true, "reason": "a name"}' : 'Ann');
  });
  const { events, onEvent } = gather();
  const guards = [
    { name: 'names', on: /** @type {const} */ ('output'), instructions: 'There must be no names.' },
  ];
  const { answer, blocked } = await guarded('Who?', guards, { baseURL: server.baseURL, onEvent });
  assert.deepEqual([answer, blocked?.guard], [null, 'names']);
  const { activity } = await verified(events);
  const completed = activity.results.filter((/** @type {any} */ { status }) => status === 'completed').length;
  assert.equal(activity.completed_tasks, completed);
  assert.equal(texts(events).answer, undefined);
});

test('an answer that its guards let through is told then', async (t) => {
  const server = await startModelServer(t, ({ body }, response) => {
    const isGuard = JSON.stringify(body.messages).includes('no names');
    complete(response, isGuard ? '{"tripped": false, "reason": ""}' : 'a baker');
  });
  const { events, onEvent } = gather();
  const guards = [
    { name: 'names', on: /** @type {const} */ ('output'), instructions: 'There must be no names.' },
  ];
  await guarded('Who?', guards, { baseURL: server.baseURL, onEvent });
  await verified(events);
  assert.deepEqual(texts(events).answer, ['a baker']);
});

test('a subagent says what it depends on, and the summary does', async (t) => {
  const server = await startModelServer(t, (_, response) => complete(response, 'x'));
  const { events, onEvent } = gather();
  const subtasks = [
    { id: 'a', content: 'x' },
    { id: 'b', content: 'y', dependencies: ['a'] },
  ];
  await parallelProcess('t', subtasks, { baseURL: server.baseURL, onEvent });
  const started = events.filter(({ type }) => type === 'SUBAGENT_STARTED');
  assert.deepEqual(Object.fromEntries(started.map(({ name, metadata }) => [name, metadata.dependencies])), {
    a: [],
    b: ['a'],
    summary: ['a', 'b'],
  });
});

test('a call that the budget holds back says so, and one that it refuses', async (t) => {
  const server = await startModelServer(t, async (_, response) => {
    await after(20);
    complete(response, 'x');
  });
  const { events, onEvent } = gather();
  const subtasks = ['a', 'b', 'c'].map((id) => ({ id, content: 'x', maxTokens: 100 }));
  const options = { baseURL: server.baseURL, aggregate: false, budget: { tokens: 180 }, onEvent };
  const { results } = await parallelProcess('t', subtasks, options);
  const told = events.filter(({ type, name }) => type === 'CUSTOM' && name === 'budget');
  const held = told.filter(({ value }) => value.status === 'held').map(({ value }) => value.taskId);
  const refused = told.filter(({ value }) => value.status === 'refused').map(({ value }) => value.taskId);
  assert.deepEqual(held, ['b', 'c']);
  const skipped = results.filter(({ error }) => error?.code === 'BUDGET_EXCEEDED');
  assert.ok(skipped.length > 0);
  assert.deepEqual(
    refused,
    skipped.map(({ taskId }) => taskId),
  );
});

test('what a change costs does not grow with the number of tasks', async () => {
  const largestPatch = async (/** @type {number} */ count) => {
    const { events, onEvent } = gather();
    const subtasks = Array.from({ length: count }, (_, index) => ({ id: `${10_000 + index}`, content: 'x' }));
    const options = { complete: () => 'fine', aggregate: false, concurrency: 64, onEvent };
    await parallelProcess('t', subtasks, options);
    const patches = events.flatMap(({ type, patch, delta }) =>
      type.endsWith('_DELTA') ? [patch ?? delta] : [],
    );
    assert.ok(patches.length >= 2 * count);
    return Math.max(...patches.map((patch) => JSON.stringify(patch).length));
  };
  const [few, many] = [await largestPatch(10), await largestPatch(2_000)];
  // A place in the table is longer to write, and so are greater sums.
  assert.ok(many <= few + 60, `${few} bytes with 10 tasks, ${many} with 2,000`);
});

test('an abort never looks like success', async (t) => {
  const server = await startModelServer(t, () => {});
  const { events, onEvent } = gather();
  const run = parallelProcess('t', [{ id: 'a', content: 'x' }], { baseURL: server.baseURL, onEvent });
  while (server.requests.length === 0) await after(1);
  run.abort();
  await assert.rejects(run, { name: 'AbortError' });
  const { activity, state } = await verified(events);
  assert.deepEqual(events.at(-1).outcome, { type: 'cancelled' });
  assert.deepEqual([activity.status, activity.results[0].status], ['cancelled', 'cancelled']);
  assert.deepEqual([state.status, state.cancelledTasks, state.runningTasks], ['cancelled', 1, 0]);
});

test('a run that fails ends with its code and what it used', async (t) => {
  const server = await startModelServer(t, (_, response) => respond(response, 200, '{"choices":[{'));
  const { events, onEvent } = gather();
  const options = { baseURL: server.baseURL, model: 'm', maxRetries: 0, onEvent };
  await assert.rejects(parallelProcess('t', [{ id: 'a', content: 'x' }], options), { code: 'RUN_FAILED' });
  await verified(events);
  const { type, code, usage } = events.at(-1);
  assert.deepEqual([type, code], ['RUN_ERROR', 'RUN_FAILED']);
  assert.deepEqual([usage[0].provider, usage[0].model], ['openai', 'm']);
  assert.ok(usage[0].inputTokens > 0);
});

test('a run that never begins, or is aborted before, says why to those who only listen as well', async () => {
  /**
   * @param {{ id: string, content: string }[]} subtasks
   * @param {object} options
   */
  const endOf = async (subtasks, options) => {
    const { events, onEvent } = gather();
    const baseURL = 'http://127.0.0.1:9/v1';
    await parallelProcess('t', subtasks, { baseURL, ...options, onEvent }).catch(() => {});
    await verified(events);
    return events.at(-1);
  };
  const signal = AbortSignal.abort();
  assert.equal((await endOf([], { signal })).code, 'INVALID_INPUT');
  assert.deepEqual((await endOf([{ id: 'a', content: 'x' }], { signal })).outcome, { type: 'cancelled' });
});

test('leaving the loop does not end the run', async (t) => {
  const server = await startModelServer(t, (_, response) => complete(response, 'x'));
  const run = parallelProcess('t', [{ id: 'a', content: 'x' }], {
    baseURL: server.baseURL,
    aggregate: false,
  });
  for await (const { type } of run) if (type === 'STEP_STARTED') break;
  assert.equal((await run).metadata.completedTasks, 1);
});

/**
 * The example server, with a model behind it.
 * @param {import('node:test').TestContext} t
 * @param {string} baseURL
 */
async function startExample(t, baseURL) {
  const server = createAgentServer({ baseURL });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  const agent = new HttpAgent({ url: `http://127.0.0.1:${port}/`, threadId: 'talk' });
  agent.addMessage({ id: 'q', role: 'user', content: 'Is remote work better?' });
  return agent;
}

test('the server example is run by the official client', async (t) => {
  const server = await startModelServer(t, (_, response) => stream(response, ['a ', 'view']));
  const agent = await startExample(t, server.baseURL);
  /** @type {any[]} */
  const events = [];
  await agent.runAgent({ runId: 'run-1' }, { onEvent: ({ event }) => void events.push(event) });
  assert.deepEqual([events[0].threadId, events[0].runId], ['talk', 'run-1']);
  assert.equal(events.at(-1).type, 'RUN_FINISHED');
  const answers = agent.messages.filter(({ role }) => role === 'assistant').map(({ content }) => content);
  assert.deepEqual(answers, ['a view', 'a view', 'a view', 'a view']);
});

test('a client that hangs up ends the run, down to the model’s requests', async (t) => {
  const server = await startModelServer(t, () => {});
  const agent = await startExample(t, server.baseURL);
  const running = agent.runAgent({ runId: 'run-2' }).catch(() => {});
  while (server.requests.length < 3) await after(1);
  agent.abortRun();
  await running;
  while (server.open.cut < 3) await after(1);
});
