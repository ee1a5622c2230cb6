// @ts-check
/**
 * A batch over real HTTP: from an array, an iterable or an async iterable, as a promise or one
 * result after the other.
 */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { batch } from 'parallelization-agent';
import { after, complete, respond, startModelServer } from './model-server.mjs';

/**
 * @param {import('node:test').TestContext} t
 * @param {(content: string, index: number) => string | Promise<string>} answer
 */
async function model(t, answer) {
  const server = await startModelServer(t, async ({ content, index }, response) =>
    complete(response, await answer(content, index)),
  );
  return { ...server, options: { baseURL: server.baseURL, model: 'm' } };
}

test('a batch takes from an async iterable only what it has room for', async (t) => {
  const { options } = await model(t, async () => {
    await after(2);
    return 'done';
  });
  let taken = 0;
  let done = 0;
  let most = 0;
  async function* inputs() {
    for (let index = 0; index < 40; index += 1) {
      taken += 1;
      most = Math.max(most, taken - done);
      yield { id: `i${index}`, content: 'x' };
    }
  }
  const { metadata } = await batch(inputs(), {
    ...options,
    window: 10,
    onResult: () => {
      done += 1;
    },
  });
  assert.deepEqual([metadata.completedTasks, done, taken], [40, 40, 40]);
  assert.ok(most <= 11, `${most} were taken and not done`);
});

test('the results of a batch without end are read one by one, in the order of the inputs, and not kept', async (t) => {
  const { options } = await model(t, async (text) => {
    await after(Number(text) % 7);
    return text;
  });
  let taken = 0;
  let closed = false;
  async function* numbers() {
    try {
      for (;;) yield { id: 'same', content: `${taken++}` };
    } finally {
      closed = true;
    }
  }
  const run = batch(numbers(), { ...options, window: 8 });
  let read = 0;
  for await (const { result } of run.results({ order: 'input' })) {
    assert.equal(result, `${read}`);
    read += 1;
    assert.ok(taken - read <= 8, `${taken} were taken and ${read} read`);
    if (read === 60) break;
  }
  await assert.rejects(run, { name: 'AbortError' });
  while (!closed) await after(1);
});

test('the results of a batch come as they complete, and its promise counts them', async (t) => {
  /** @type {(string | null)[]} */
  const seen = [];
  const { options } = await model(t, async (text) => {
    while (text === 'slow' && seen.length < 2) await after(1);
    return text;
  });
  const run = batch(['slow', 'quick', 'swift'], options);
  for await (const { result } of run.results()) seen.push(result);
  assert.equal(seen.length, 3);
  assert.equal(seen[2], 'slow');
  const { results, metadata } = await run;
  assert.deepEqual([results, metadata.completedTasks], [[], 3]);
  assert.throws(() => run.results(), /same turn/);
  const kept = batch(new Set(['a']), { ...options, keepResults: true });
  for await (const { taskId } of kept.results()) assert.equal(taskId, 'input-1');
  assert.equal((await kept).results.length, 1);
  const odd = batch(['a'], options);
  assert.throws(() => odd.results(/** @type {any} */ ({ order: 'random' })), { code: 'INVALID_INPUT' });
  await odd;
});

test('a batch that fails throws where its results are read', async (t) => {
  const server = await startModelServer(t, (_, response) => respond(response, 401, {}));
  const run = batch(['a', 'b'], { baseURL: server.baseURL });
  /** @type {string[]} */
  const statuses = [];
  await assert.rejects(
    async () => {
      for await (const { status } of run.results()) statuses.push(status);
    },
    { code: 'RUN_FAILED', status: 401 },
  );
  assert.deepEqual(statuses, ['failed', 'failed']);
});

test('a batch that is aborted lets its source put things away', async (t) => {
  const { options, requests } = await model(t, () => new Promise(() => {}));
  let closed = false;
  async function* inputs() {
    try {
      for (;;) yield 'x';
    } finally {
      closed = true;
    }
  }
  const run = batch(inputs(), { ...options, window: 2 });
  while (requests.length < 2) await after(1);
  run.abort();
  await assert.rejects(run, { name: 'AbortError' });
  while (!closed) await after(1);
});

test('one bad item does not stop a batch', async (t) => {
  const server = await startModelServer(t, ({ content }, response) => {
    if (content.includes('bad')) respond(response, 400, {});
    else complete(response, 'fine');
  });
  const { results } = await batch(new Set(['good', 'bad', 'better']), { baseURL: server.baseURL });
  assert.deepEqual(results.map(({ status }) => status).sort(), ['completed', 'completed', 'failed']);
});

test('where the first item has no result, the others are read in the order of the inputs all the same', async () => {
  const inputs = Array.from({ length: 500 }, (_, index) => ({ id: `i${index}`, content: `${index}` }));
  const run = batch(inputs, {
    complete: ({ messages }) => {
      const content = `${messages.at(-1)?.content}`;
      return content === '0' ? new Promise(() => {}) : content;
    },
    deadlineMs: 500,
  });
  const read = [];
  for await (const { taskId, status } of run.results({ order: 'input' })) {
    if (status === 'completed') read.push(Number(taskId.slice(1)));
  }
  assert.ok(read.length > 0, 'a slow machine does not get to all of them');
  assert.deepEqual(
    read,
    [...read].sort((a, b) => a - b),
  );
});

test('a batch that keeps no results knows its tasks from the start, and what became of all of them', async () => {
  const inputs = Array.from({ length: 500 }, (_, index) => `${index}`);
  const controller = new AbortController();
  /** @type {number[]} */
  const totals = [];
  const run = batch(inputs, {
    complete: async ({ messages }) => {
      await after(0);
      if (messages.at(-1)?.content === '125') controller.abort();
      return 'x';
    },
    keepResults: false,
    signal: controller.signal,
    onResult: () => void totals.push(run.snapshot().totalTasks),
  });
  const { results, metadata } = await run.then(
    () => assert.fail('it was aborted'),
    (/** @type {any} */ error) => error,
  );
  assert.deepEqual([new Set(totals), results, metadata.totalTasks], [new Set([500]), [], 500]);
  assert.equal(metadata.completedTasks + metadata.cancelledTasks, 500);
  const strict = batch(inputs, {
    complete: () => Promise.reject(new Error('no')),
    keepResults: false,
    quorum: 490,
  });
  const error = await strict.catch((/** @type {any} */ error) => error);
  assert.equal(error.code, 'QUORUM_NOT_MET');
  assert.ok(error.metadata.failedTasks < 100, 'it ended as soon as so many could not complete any more');
});

test('a result goes out in pieces, within its event too, so that none grows with the run', async () => {
  const text = 'x'.repeat(10_000);
  const run = batch(
    Array.from({ length: 100 }, (_, index) => `${index}`),
    { complete: () => text },
  );
  let sent = '';
  let longest = 0;
  const decoder = new TextDecoder();
  for await (const piece of /** @type {any} */ (run.toEventStream())) {
    longest = Math.max(longest, piece.length);
    sent += decoder.decode(piece, { stream: true });
  }
  assert.ok(longest < 100_000, `${longest} characters at once`);
  const events = sent.split('\n\n').filter(Boolean);
  const last = JSON.parse(events.at(-1)?.replace('data: ', '') ?? '');
  assert.deepEqual(last.result, JSON.parse(JSON.stringify(await run)));
  assert.deepEqual([last.type, last.runId], ['RUN_FINISHED', run.runId]);
});
