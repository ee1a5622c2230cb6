// @ts-check
/** What a run gives back of tasks that were cut off, that came from the store, or that failed. */

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { batch, isParallelError, parallelProcess, voting } from 'parallelization-agent';
import { after, complete, startModelServer } from './model-server.mjs';

const one = [{ id: 'a', content: 'x' }];
const failure = async (/** @type {PromiseLike<unknown>} */ run) =>
  run.then(
    () => assert.fail('it resolved'),
    (/** @type {any} */ error) => error,
  );

/** Two pieces, and then nothing more. */
async function* hangs() {
  yield 'as far ';
  yield 'as it came';
  await new Promise(() => {});
}

test('what a stream has brought is kept when the run is aborted, or reaches its deadline', async () => {
  const options = { complete: hangs, stream: true, aggregate: false };
  const controller = new AbortController();
  const onEvent = (/** @type {import('parallelization-agent').RunEvent} */ event) => {
    if (event.type === 'TEXT_MESSAGE_CONTENT' && event.delta === 'as it came') controller.abort();
  };
  const aborted = await failure(
    parallelProcess('t', one, { ...options, signal: controller.signal, onEvent }),
  );
  const [task] = aborted.results;
  assert.deepEqual(
    [task.status, task.result, task.error.code],
    ['cancelled', 'as far as it came', 'ABORTED'],
  );
  // A slow machine gets no text before a short deadline.
  for (let deadlineMs = 200; ; deadlineMs *= 2) {
    const run = await parallelProcess('t', one, { ...options, deadlineMs }).catch((error) => error);
    if (run.code === 'DEADLINE_EXCEEDED' && deadlineMs < 10_000) continue;
    const { status, result, error } = run.results[0];
    assert.deepEqual([status, result, error.code], ['cancelled', 'as far as it came', 'DEADLINE_EXCEEDED']);
    break;
  }
});

test('a deadline at which nothing at all was done rejects', async () => {
  const silent = () => new Promise(() => {});
  const run = parallelProcess('t', one, {
    complete: /** @type {any} */ (silent),
    stream: true,
    deadlineMs: 50,
  });
  assert.equal((await failure(run)).code, 'DEADLINE_EXCEEDED');
});

test('a vote that was cut off keeps its text and is no vote', async () => {
  const voters = [{ complete: hangs }, { complete: () => 'yes' }, { complete: () => 'yes' }];
  const { winner, votes, results } = await voting('?', { voters, stream: true });
  assert.deepEqual([winner, votes[0]?.status, votes[0]?.answer], ['yes', 'cancelled', null]);
  assert.equal(results[0]?.status, 'cancelled');
});

test('a stream that does not begin within `firstTokenTimeoutMs` is cut off, and one that pauses later is not', async () => {
  const late = async function* () {
    await after(5_000);
    yield 'too late';
  };
  const options = { stream: true, maxRetries: 0, aggregate: false, firstTokenTimeoutMs: 60 };
  const error = await failure(parallelProcess('t', one, { ...options, complete: late }));
  assert.deepEqual([error.cause.code, error.results[0].metadata.attempts], ['TIMEOUT', 1]);
  assert.match(error.cause.message, /`firstTokenTimeoutMs` \(60\)/);
  const pauses = async function* () {
    yield 'a';
    await after(150);
    yield 'b';
  };
  const { results } = await parallelProcess('t', one, {
    ...options,
    firstTokenTimeoutMs: 5_000,
    complete: pauses,
  });
  assert.equal(results[0]?.result, 'ab');
  const wrong = parallelProcess('t', one, { firstTokenTimeoutMs: -1 });
  assert.equal((await failure(wrong)).issues[0].path, 'options.firstTokenTimeoutMs');
});

test('what came from the store is counted, and said of each result that is handed over', async (t) => {
  const server = await startModelServer(t, ({ content }, response) => complete(response, content));
  const options = { baseURL: server.baseURL, model: 'm', store: new Map() };
  await batch(['a', 'b'], options);
  /** @type {boolean[]} */
  const said = [];
  const { metadata } = await batch(['a', 'b', 'c'], {
    ...options,
    onResult: (result) => void said.push(result.metadata.fromStore),
  });
  assert.deepEqual([metadata.fromStoreTasks, said.sort()], [2, [false, true, true]]);
});

test('a result knows its tasks by their ids, and each is sent once', async () => {
  const subtasks = ['a', '__proto__', 'toString'].map((id) => ({ id, content: `say ${id}` }));
  const result = await parallelProcess('t', subtasks, { complete: () => 'x', aggregate: false });
  for (const { id } of subtasks) assert.equal(result.byId[id]?.taskId, id);
  assert.equal(result.byId.constructor, undefined);
  assert.deepEqual(Object.keys(result).includes('byId'), false);
});

test('all events of a task carry its id', async () => {
  const execute = () => 'done';
  const answer = (/** @type {import('parallelization-agent').CompleteRequest} */ { messages }) =>
    messages.at(-1)?.role === 'tool' ? 'text' : { toolCalls: [{ name: 'act', arguments: {} }] };
  const subtasks = ['a', 'b'].map((id) => ({ id, content: 'x', tools: [{ name: 'act', execute }] }));
  const run = parallelProcess('t', subtasks, { complete: answer, aggregate: false });
  /** @type {Record<string, string[]>} */
  const types = {};
  for await (const event of run) {
    if ('taskId' in event) types[event.taskId] = [...(types[event.taskId] ?? []), event.type];
    else assert.ok(!('subagentRunId' in event), `${event.type} does not say of which task it is`);
  }
  assert.deepEqual(Object.keys(types).sort(), ['a', 'b']);
  assert.ok(types.a?.includes('TOOL_CALL_RESULT') && types.a.includes('TEXT_MESSAGE_CONTENT'));
  assert.deepEqual(types.a, types.b);
});

test('an error of another copy of the package is known as one', async () => {
  const copy = createRequire(import.meta.url)('parallelization-agent');
  const error = await failure(copy.parallelProcess('', []));
  assert.ok(isParallelError(error) && copy.isParallelError(error));
  assert.ok(isParallelError(await failure(parallelProcess('', []))));
  for (const other of [new Error('x'), { code: 'ABORTED' }, null, undefined, 'x']) {
    assert.equal(isParallelError(other), false);
  }
});
