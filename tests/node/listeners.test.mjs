// @ts-check
/** A listener sees a whole run, whenever it comes and however slowly it reads. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventStreamHeaders, parallelProcess } from 'parallelization-agent';
import { texts, verified } from './events.mjs';
import { execScript } from './exec-script.mjs';
import { after, complete, respond, startModelServer, stream } from './model-server.mjs';

/** @param {AsyncIterable<any>} run @param {(event: any) => unknown} [pause] */
async function listen(run, pause) {
  /** @type {any[]} */
  const events = [];
  for await (const event of run) {
    events.push(event);
    await pause?.(event);
  }
  return events;
}

/** @param {ReadableStream<Uint8Array>} body @param {number} [pauseMs] */
async function frames(body, pauseMs) {
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of body) {
    text += decoder.decode(chunk, { stream: true });
    if (pauseMs !== undefined) await after(pauseMs);
  }
  return text
    .split('\n\n')
    .filter((frame) => frame !== '')
    .map((frame) => JSON.parse(frame.replace(/^data: /, '')));
}

test('whoever comes late is told all that the run has come to, and then all that comes', async (t) => {
  const server = await startModelServer(t, async ({ content, index }, response) => {
    if (index === 0) return respond(response, 503, {}, { 'retry-after-ms': '1' });
    await stream(
      response,
      Array.from({ length: 12 }, (_, index) => `${content}:${index} `),
      8,
    );
  });
  const subtasks = ['a', 'b', 'c', 'd'].map((id, index) => ({
    id,
    content: id,
    dependencies: index < 3 ? [] : ['a', 'b'],
  }));
  const run = parallelProcess('t', subtasks, { baseURL: server.baseURL, stream: true });
  /** @type {Promise<any[]>[]} */
  const listeners = [];
  let isOver = false;
  const over = run.then(() => {
    isOver = true;
  });
  while (!isOver) {
    listeners.push(listen(run), frames(run.toEventStream()));
    await after(15);
  }
  await over;
  listeners.push(listen(run), frames(run.toEventStream()));
  const { results, summary, metadata } = await run;
  const expected = Object.fromEntries(results.map(({ taskId, result }) => [taskId, result]));
  const streams = await Promise.all(listeners);
  assert.ok(streams.length > 10);
  for (const events of streams) {
    const { activity, state } = await verified(events);
    const last = Object.entries(texts(events)).map(([name, all]) => [name, all.at(-1)]);
    assert.deepEqual(Object.fromEntries(last), { ...expected, summary });
    assert.deepEqual([activity.completed_tasks, state.totalTokens], [4, metadata.totalTokens]);
    assert.deepEqual(events.at(-1).result.metadata, JSON.parse(JSON.stringify(metadata)));
  }
});

test('a tool that is at work is told to whoever comes then', async (t) => {
  const server = await startModelServer(t, ({ index }, response) => {
    if (index > 0) return complete(response, 'done');
    const call = { id: 'c1', type: 'function', function: { name: 'look', arguments: '{"at":"it"}' } };
    respond(response, 200, {
      choices: [{ message: { content: 'Let me look.', tool_calls: [call] }, finish_reason: 'tool_calls' }],
    });
  });
  /** @type {Promise<any[]> | undefined} */
  let late;
  const look = async () => {
    late = listen(run);
    await after(5);
    return 'a moth';
  };
  const tools = [{ name: 'look', execute: look }];
  const run = parallelProcess('t', [{ id: 'a', content: 'x' }], {
    baseURL: server.baseURL,
    aggregate: false,
    tools,
  });
  await run;
  const events = (await late) ?? assert.fail();
  await verified(events);
  const calls = events.filter(({ type }) => type.startsWith('TOOL_CALL'));
  assert.deepEqual(
    calls.map(({ type }) => type),
    ['TOOL_CALL_START', 'TOOL_CALL_ARGS', 'TOOL_CALL_END', 'TOOL_CALL_RESULT'],
  );
  assert.equal(new Set(calls.map(({ toolCallId }) => toolCallId)).size, 1);
});

test('a run that failed, and one that was aborted, end alike for those who come after', async (t) => {
  const server = await startModelServer(t, ({ content }, response) => {
    if (content === 'bad') respond(response, 400, {});
  });
  const options = { baseURL: server.baseURL, model: 'm' };
  const failed = parallelProcess('t', [{ id: 'a', content: 'bad' }], options);
  const seen = await listen(failed);
  await assert.rejects(failed, { code: 'RUN_FAILED' });
  const after = (await listen(failed)).at(-1);
  const { timestamp, ...end } = seen.at(-1);
  assert.deepEqual({ ...after, timestamp }, { ...end, timestamp });

  const aborted = parallelProcess('t', [{ id: 'a', content: 'x' }], options);
  setTimeout(() => aborted.abort(), 30);
  await assert.rejects(aborted, { name: 'AbortError' });
  const late = await listen(aborted);
  await verified(late);
  assert.deepEqual(late.at(-1).outcome, { type: 'cancelled' });

  const invalid = parallelProcess('t', []);
  await assert.rejects(invalid, { code: 'INVALID_INPUT' });
  assert.deepEqual(
    (await listen(invalid)).map(({ type }) => type),
    ['RUN_STARTED', 'RUN_ERROR'],
  );
});

test('a listener that is far too slow gets every word, in no more events than there are tasks to tell of', async () => {
  const [branches, pieces] = [100, 100];
  const subtasks = Array.from({ length: branches }, (_, index) => ({ id: `t${index}`, content: `${index}` }));
  async function* answer(/** @type {string} */ name) {
    for (let index = 0; index < pieces; index++) {
      yield `${name}:${index} `;
      if (index % 10 === 0) await after(0);
    }
  }
  let made = 0;
  const run = parallelProcess('t', subtasks, {
    complete: ({ messages }) => answer(String(messages.at(-1)?.content)),
    stream: true,
    aggregate: false,
    concurrency: branches,
    onEvent: () => (made += 1),
  });
  const slow = listen(run, () => run.catch(() => {}));
  const slowStream = frames(run.toEventStream(), 20);
  const quick = listen(run);
  const { results } = await run;
  assert.ok(made > branches * pieces, 'whoever keeps up is told of each piece');
  for (const [events, most] of /** @type {[any[], number][]} */ ([
    [await slow, 256 + 6 * branches],
    [await slowStream, Number.POSITIVE_INFINITY],
    [await quick, Number.POSITIVE_INFINITY],
  ])) {
    await verified(events);
    const spoken = texts(events);
    for (const { taskId, result } of results) assert.deepEqual(spoken[taskId], [result]);
    assert.ok(events.length <= most, `${events.length} events waited`);
  }
});

test('a stream of events makes nothing before it is asked for, and says what it is', async (t) => {
  const server = await startModelServer(t, (_, response) => complete(response, 'x'));
  const run = parallelProcess('t', [{ id: 'a', content: 'x' }], { baseURL: server.baseURL });
  const response = new Response(run.toEventStream(), { headers: eventStreamHeaders });
  const left = run.toEventStream();
  await run;
  await left.cancel();
  assert.match(response.headers.get('content-type') ?? '', /^text\/event-stream/);
  const reader = (response.body ?? assert.fail()).getReader();
  const { value } = await reader.read();
  const first = new TextDecoder().decode(value);
  assert.match(first, /^data: \{.*"RUN_STARTED"/);
  assert.match(first, /"RUN_FINISHED".*\n\n$/s, 'what waited comes together');
  assert.equal((await reader.read()).done, true);
});

test('a stream of events says that it lives while a model is silent', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  /** @type {(answer: string) => void} */
  let answer = () => {};
  const answered = new Promise((resolve) => {
    answer = resolve;
  });
  const run = parallelProcess('t', [{ id: 'a', content: 'x' }], { complete: () => answered });
  const reader = run.toEventStream().getReader();
  const read = async () => new TextDecoder().decode((await reader.read()).value);
  let text = '';
  for (let signs = 0; signs < 3; ) {
    const next = read();
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    t.mock.timers.tick(15_000);
    const chunk = await next;
    if (chunk === ':\n\n') signs += 1;
    else text += chunk;
  }
  answer('fine');
  assert.match(text, /"RUN_STARTED"/);
  assert.match(await read(), /^data: /);
  assert.equal((await run).results[0].result, 'fine');
});

test('several events can be asked for at once, and come in their order', async (t) => {
  const server = await startModelServer(t, async ({ content }, response) => {
    await after(5);
    complete(response, content);
  });
  /** @type {string[]} */
  const heard = [];
  const run = parallelProcess('t', [{ id: 'a', content: 'x' }], {
    baseURL: server.baseURL,
    onEvent: ({ type }) => void heard.push(type),
  });
  const events = run[Symbol.asyncIterator]();
  assert.equal(events[Symbol.asyncIterator](), events);
  const asked = await Promise.all(Array.from({ length: 100 }, () => events.next()));
  const types = asked.filter(({ done }) => !done).map(({ value }) => /** @type {any} */ (value).type);
  assert.deepEqual(types, heard);
  assert.equal(types.at(-1), 'RUN_FINISHED');
  // At the end there is nothing more for those who wait.
  assert.deepEqual(asked.at(-1), { value: undefined, done: true });
});

test('who leaves hears no more, and whoever still waits for an event is told so; the run goes on', async (t) => {
  const server = await startModelServer(t, async ({ content }, response) => {
    await after(5);
    complete(response, content);
  });
  const run = parallelProcess('t', [{ id: 'a', content: 'x' }], { baseURL: server.baseURL });
  const [left, thrown, waiting] = [run, run, run].map((run) => run[Symbol.asyncIterator]());
  assert.deepEqual(await left.return(), { value: undefined, done: true });
  assert.deepEqual(await left.next(), { value: undefined, done: true });
  await assert.rejects(thrown.throw(new Error('mine')), /^Error: mine$/);
  assert.deepEqual(await thrown.next(), { value: undefined, done: true });
  await waiting.next();
  const all = Array.from({ length: 200 }, () => waiting.next());
  assert.deepEqual(await waiting.return(), { value: undefined, done: true });
  assert.deepEqual((await Promise.all(all)).at(-1), { value: undefined, done: true });
  assert.equal((await run).results[0].status, 'completed');
});

test('with nobody listening, no event is made', async () => {
  // Each event is given its time where it leaves the core.
  const script = `
    import { parallelProcess } from 'parallelization-agent';
    let made = 0;
    const { now } = Date;
    Date.now = () => {
      made += 1;
      return now();
    };
    const run = (options) => parallelProcess('t', [{ id: 'a', content: 'x' }], { complete: () => 'x', ...options });
    await run();
    const unheard = made;
    await run({ onEvent() {} });
    console.log(unheard, made > 10);
  `;
  const env = { ...process.env, NODE_OPTIONS: '' };
  const stdout = await execScript(script, { env });
  assert.equal(stdout.trim(), '0 true');
});
