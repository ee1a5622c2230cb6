// @ts-check
/** The events of a run are AG-UI 1.0, as its own schemas, verifier and client have it. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HttpAgent, verifyEvents } from '@ag-ui/client';
import { EventSchemas } from '@ag-ui/core/schemas';
import jsonPatch from 'fast-json-patch';
import { guarded, parallelProcess } from 'parallelization-agent';
import { from, lastValueFrom } from 'rxjs';
import { createAgentServer } from '../../examples/server/server.mjs';
import { after, complete, respond, startModelServer, stream } from './model-server.mjs';

/** Gathers the events of a run. @returns {{ events: any[], onEvent: (event: any) => void }} */
function gather() {
  /** @type {any[]} */
  const events = [];
  return { events, onEvent: (event) => void events.push(event) };
}

/** Checks what AG-UI asks of any run, and gives the activity's final state. @param {any[]} events */
async function verified(events) {
  for (const event of events) EventSchemas.parse(event);
  await lastValueFrom(from(events).pipe(verifyEvents()));
  let state = /** @type {any} */ (undefined);
  for (const event of events) {
    if (event.type === 'ACTIVITY_SNAPSHOT') state = structuredClone(event.content);
    if (event.type === 'ACTIVITY_DELTA') jsonPatch.applyPatch(state, structuredClone(event.patch), true);
  }
  return state;
}

/** The text of each message, by the task that it belongs to. @param {any[]} events */
function texts(events) {
  const names = new Map(
    events
      .filter(({ type }) => type === 'SUBAGENT_STARTED')
      .map((event) => [event.subagentRunId, event.name]),
  );
  /** @type {Record<string, string[]>} */
  const texts = {};
  for (const { type, subagentRunId, delta } of events) {
    const name = names.get(subagentRunId);
    if (type === 'TEXT_MESSAGE_START') texts[name] = [...(texts[name] ?? []), ''];
    if (type === 'TEXT_MESSAGE_CONTENT') texts[name].push(texts[name].pop() + delta);
  }
  return texts;
}

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
  const state = await verified(events);
  assert.deepEqual(
    state.results.map((/** @type {any} */ row) => [row.id, row.status, row.attempts, row.tokens]),
    results.map(({ taskId, status, metadata }) => [taskId, status, metadata.attempts, metadata.tokens]),
  );
  assert.deepEqual([state.status, state.completed_tasks, state.total_tasks], ['complete', 2, 4]);
  assert.equal(state.strategy, 'parallelProcess');
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
  const state = await verified(events);
  const completed = state.results.filter((/** @type {any} */ { status }) => status === 'completed').length;
  assert.equal(state.completed_tasks, completed);
});

test('an abort never looks like success', async (t) => {
  const server = await startModelServer(t, () => {});
  const { events, onEvent } = gather();
  const run = parallelProcess('t', [{ id: 'a', content: 'x' }], { baseURL: server.baseURL, onEvent });
  while (server.requests.length === 0) await after(1);
  run.abort();
  await assert.rejects(run, { name: 'AbortError' });
  const state = await verified(events);
  assert.deepEqual(events.at(-1).outcome, { type: 'cancelled' });
  assert.deepEqual([state.status, state.results[0].status], ['cancelled', 'cancelled']);
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

test('a run that never begins says why, to those who only listen as well', async () => {
  /** @param {any} options */
  const endOf = async (options) => {
    const { events, onEvent } = gather();
    await parallelProcess('t', [], { ...options, onEvent }).catch(() => {});
    await verified(events);
    return events.at(-1);
  };
  assert.equal((await endOf({})).code, 'INVALID_INPUT');
  assert.deepEqual((await endOf({ signal: AbortSignal.abort() })).outcome, { type: 'cancelled' });
});

test('who comes late is told where the run stands', async (t) => {
  const server = await startModelServer(t, async (_, response) => {
    await after(50);
    complete(response, 'x');
  });
  const run = parallelProcess('t', [{ id: 'a', content: 'x' }], {
    baseURL: server.baseURL,
    aggregate: false,
  });
  while (server.requests.length === 0) await after(1);
  const events = [];
  for await (const event of run) events.push(event);
  const state = await verified(events);
  assert.equal(state.results[0].status, 'completed');
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

/** The example server, with a model behind it. @param {import('node:test').TestContext} t @param {string} baseURL */
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
