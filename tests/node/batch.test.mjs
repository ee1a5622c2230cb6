// @ts-check
/**
 * A batch over real HTTP: from an array, an iterable or an async iterable, as a promise or one
 * result after the other.
 */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { batch, mapReduce, ParallelAgent, parallelProcess } from 'parallelization-agent';
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

test('answers that are there at once leave the host its timers', async () => {
  function* endless() {
    for (;;) yield 'x';
  }
  let ticks = 0;
  const timer = setInterval(() => {
    ticks += 1;
  }, 1);
  const options = { complete: () => 'at once', keepResults: false, signal: AbortSignal.timeout(400) };
  const { metadata } = await batch(endless(), options).then(
    () => assert.fail('it has no end'),
    (/** @type {any} */ error) => error,
  );
  clearInterval(timer);
  assert.ok(metadata.completedTasks > 0);
  assert.ok(ticks > 0, "no timer rang but the signal's");
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

test('rows may have further columns, of any kind, but none that is named like a worker’s option', async (t) => {
  const { options } = await model(t, (text) => text.toUpperCase());
  const rows = [{ id: 'a', content: 'x', author: 'me', written: new Date(0), size: 10n, tags: new Set() }];
  const { results } = await batch(rows, options);
  assert.equal(results[0].result, 'X');
  const { results: summaries } = await mapReduce(rows, options);
  assert.equal(summaries[0].status, 'completed');

  async function* source() {
    yield* rows;
  }
  assert.equal((await batch(source(), options)).results[0].result, 'X');

  const mistaken = /** @type {any} */ ([{ content: 'x', model: 'another' }]);
  await assert.rejects(batch(mistaken, options), ({ code, issues }) => {
    assert.equal(code, 'INVALID_INPUT');
    assert.deepEqual(
      issues.map((/** @type {any} */ { path }) => path),
      ['inputs[0].model'],
    );
    return true;
  });
});

test('a wrong row of a source fails alone, and says which it was and what stood there', async () => {
  /** @type {[any, string][]} */
  const rows = [
    [7, 'got `7`'],
    [null, 'got nothing'],
    [' ', 'got a string of blanks'],
    [['a', 'b'], 'got an array of 2'],
    [{ id: 'q', text: 'x', from: 'me' }, 'got an object with the fields `id`, `text`, `from`'],
    [{ content: 9 }, 'got an object whose `content` is `9`'],
  ];
  const source = (function* () {
    yield* rows.map(([row]) => row);
    yield { id: 'good', content: 'x' };
  })();
  const { results } = await batch(source, { complete: () => 'fine' });
  for (const [index, [, words]] of rows.entries()) {
    assert.equal(results[index].error?.code, 'INVALID_INPUT');
    const message = results[index].error?.message ?? '';
    assert.ok(
      message.startsWith(`Expected input ${index + 1} to be a string`) && message.includes(words),
      message,
    );
  }
  assert.equal(results.at(-1)?.result, 'fine');
});

/**
 * Counts the turns of the host, until the test is over.
 * @param {import('node:test').TestContext} t
 */
function hostTurns(t) {
  const count = { turn: 0 };
  let next = setImmediate(function again() {
    count.turn += 1;
    next = setImmediate(again);
  });
  t.after(() => clearImmediate(next));
  return count;
}

test('thousands of calls that may all go at once begin over several turns of the host', async (t) => {
  const host = hostTurns(t);
  let turns = 0;
  const options = {
    complete: async () => {
      turns = host.turn;
      await after(1);
      return 'well';
    },
    concurrency: 10_000,
    aggregate: /** @type {const} */ (false),
  };
  const subtasks = Array.from({ length: 1_500 }, (_, index) => ({ id: `t${index}`, content: 'x' }));
  const { metadata } = await parallelProcess('t', subtasks, options);
  assert.equal(metadata.completedTasks, 1_500);
  assert.ok(turns > 2, `the host had ${turns} turns until the last of them began`);
});

test('thousands of runs that are started at once begin over several turns of the host', async (t) => {
  const host = hostTurns(t);
  const turns = new Set();
  /** @type {number[]} */
  const asked = [];
  const agent = new ParallelAgent({
    complete: async (/** @type {any} */ { messages }) => {
      asked.push(Number(messages.at(-1).content));
      return 'well';
    },
    concurrency: 10_000,
  });
  const onEvent = (/** @type {any} */ { type }) => {
    if (type === 'RUN_STARTED') turns.add(host.turn);
  };
  const runs = Array.from({ length: 1_000 }, (_, index) => agent.batch([`${index}`], { onEvent }));
  const late = agent.batch(['1000']);
  late.abort();
  await Promise.all([...runs, assert.rejects(late, { name: 'AbortError' })]);
  assert.deepEqual(
    asked.sort((a, b) => a - b),
    Array.from({ length: 1_000 }, (_, index) => index),
  );
  assert.ok(turns.size > 5, `${turns.size} turns`);
});

test('thousands of answers that come at once are taken in over several turns of the host', async (t) => {
  const host = hostTurns(t);
  const inputs = Array.from({ length: 1_500 }, (_, index) => `${index}`);
  const asAgent = (/** @type {any} */ options) => {
    const agent = new ParallelAgent(options);
    return Promise.all(inputs.map((input) => agent.batch([input])));
  };
  for (const ask of [(/** @type {any} */ options) => batch(inputs, options), asAgent]) {
    const turns = new Set();
    let asked = 0;
    let answer = (/** @type {string} */ _) => {};
    const answers = new Promise((resolve) => {
      answer = resolve;
    });
    const complete = async () => {
      asked += 1;
      if (asked === inputs.length) answer('well');
      return answers;
    };
    const onEvent = (/** @type {any} */ { type }) => {
      if (type === 'SUBAGENT_FINISHED') turns.add(host.turn);
    };
    await ask({ complete, onEvent, concurrency: 10_000 });
    assert.ok(turns.size > 2, `${turns.size} turns`);
  }
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
