// @ts-check
/** Work through a queue of the real BullMQ, over a real Redis and a real PostgreSQL, against a model server. */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after as afterAll, before, describe, test } from 'node:test';
import { AbortError, BatchRun, ParallelAgent, ParallelRun } from 'parallelization-agent';
import { enqueue, processor } from 'parallelization-agent/bullmq';
import { verified } from './events.mjs';
import { after, complete, respond, startModelServer } from './model-server.mjs';
import * as postgres from './postgres-server.mjs';
import { forkWorker, inOrder, openQueue, startWorker } from './queues.mjs';
import * as redis from './redis-server.mjs';

/** @typedef {import('node:test').TestContext} Test */
/** @typedef {import('./queues.mjs').Where} Where */

/** Waits until something holds, for no longer than a test should take. @param {() => unknown} holds */
async function until(holds) {
  for (let tries = 0; tries < 2_000; tries += 1) {
    if (await holds()) return;
    await after(10);
  }
  assert.fail(`not within 20 s: ${holds}`);
}

/** @param {AsyncIterable<any>} run */
async function all(run) {
  const events = [];
  for await (const event of run) events.push(event);
  return events;
}

/** A model server that echoes, and says no to what is bad. @param {Test} t */
const echoing = (t, answer = async () => {}) =>
  startModelServer(t, async ({ content }, response) => {
    await answer();
    if (content.includes('bad')) respond(response, 400, { error: { message: 'no' } });
    else complete(response, `re: ${content}`);
  });

/** @param {{ baseURL: string }} server */
const agentOf = ({ baseURL }, options = {}) =>
  new ParallelAgent({ baseURL, apiKey: 'k', model: 'm', ...options });

/** @type {{ host: string, stop(): Promise<void> } | undefined} */
let database;
before(async () => {
  if (!postgres.skip) database = await postgres.startPostgres();
});
afterAll(() => database?.stop());

let queues = 0;
/** Each test has a queue of its own. @type {Record<string, { skip: string | false, start(t: Test): Promise<Where> }>} */
const servers = {
  Redis: {
    skip: redis.skip,
    start: async (t) => ({ name: 'llm', redis: (await redis.startRedis(t)).path }),
  },
  PostgreSQL: {
    skip: postgres.skip,
    async start() {
      queues += 1;
      return { name: `llm-${queues}`, postgres: database?.host ?? '' };
    },
  },
};

for (const [kind, { skip, start }] of Object.entries(servers)) {
  describe(`over ${kind}`, { skip, concurrency: 3 }, () => {
    test('a batch is a run like any other, and each item is a job', async (context) => {
      const t = inOrder(context);
      const where = await start(t);
      const server = await echoing(t);
      await startWorker(t, where, processor(agentOf(server)));
      const { queue, events } = await openQueue(t, where);
      const inputs = ['a', { id: 'x', content: 'b' }, 'a', 'bad'];
      const run = enqueue(queue, { batch: inputs }, { events });
      assert.ok(run instanceof ParallelRun && run instanceof BatchRun);
      const told = all(run);
      const { results, metadata } = await run;
      const local = await agentOf(server).batch(inputs);
      const without = (
        /** @type {any} */ { metadata: { startedAtMs, durationMs, waitedMs, ...rest }, ...task },
      ) => [task, rest];
      assert.deepEqual(results.map(without), local.results.map(without));
      const { processingTimeMs, criticalPathMs, sequentialTimeMs, maxConcurrency, runId, ...sums } = metadata;
      assert.deepEqual({ ...local.metadata, ...sums }, local.metadata);
      assert.equal(server.requests.length, 8, 'the same item twice is asked twice');
      const { activity, state } = await verified(await told);
      assert.deepEqual(
        activity.results.map((/** @type {any} */ { status, error }) => [status, error]),
        [
          ['completed', null],
          ['completed', null],
          ['completed', null],
          ['failed', 'API_ERROR'],
        ],
      );
      assert.deepEqual([state.totalTokens, state.attempts], [metadata.totalTokens, 4]);
      assert.deepEqual(run.snapshot().completedTasks, 3);
      assert.deepEqual(await queue.getJobCounts('completed', 'failed'), { completed: 3, failed: 1 });
    });

    test('a graph is one job, its events come as they do in one process, to who comes late, too', async (context) => {
      const t = inOrder(context);
      const where = await start(t);
      const server = await echoing(t, () => after(30));
      await startWorker(t, where, processor(agentOf(server, { stream: false })));
      const { queue, events } = await openQueue(t, where);
      const process = {
        task: 'Compare',
        subtasks: [
          { id: 'one', content: 'first' },
          { id: 'two', content: 'second', dependencies: ['one'] },
        ],
      };
      const run = enqueue(queue, { process, options: { runId: 'R' } }, { events });
      const told = all(run);
      const result = await run;
      assert.deepEqual(
        result.results.map(({ taskId, result }) => [taskId, result?.slice(0, 10)]),
        [
          ['one', 're: first'],
          ['two', 're: second'],
        ],
      );
      assert.deepEqual([run.runId, result.metadata.runId, result.byId.one?.taskId], ['R', 'R', 'one']);
      const heard = await told;
      const { state } = await verified(heard);
      assert.deepEqual([state.status, state.completedTasks], ['complete', 2]);
      const late = await all(run);
      const kinds = (/** @type {any[]} */ events) => events.map(({ type }) => type);
      assert.deepEqual(kinds(late), kinds(heard));
      const here = agentOf(server).parallelProcess('Compare', process.subtasks);
      // The first snapshot tells that it waits.
      assert.deepEqual(kinds(heard).toSpliced(1, 1), kinds(await all(here)));
      assert.equal((await queue.getJobCounts('completed')).completed, 1);
    });

    test('two producers that add the same run pay once, and another time begins what failed anew', async (context) => {
      const t = inOrder(context);
      const where = await start(t);
      let isDown = true;
      const server = await startModelServer(t, async ({ content }, response) => {
        await after(50);
        if (content === 'b' && isDown) respond(response, 400, { error: { message: 'no' } });
        else complete(response, `re: ${content}`);
      });
      await startWorker(t, where, processor(agentOf(server)));
      const producers = await Promise.all([openQueue(t, where), openQueue(t, where)]);
      const add = ({ queue, events } = producers[0]) => enqueue(queue, { batch: ['a', 'b'] }, { events });
      const [one, two] = await Promise.all(producers.map((producer) => add(producer)));
      assert.deepEqual(
        one.results.map(({ result }) => result),
        ['re: a', null],
      );
      assert.deepEqual(
        two.results.map(({ result }) => result),
        ['re: a', null],
      );
      assert.equal(server.requests.length, 2);
      isDown = false;
      assert.deepEqual(
        (await add()).results.map(({ result }) => result),
        ['re: a', 're: b'],
      );
      assert.equal(server.requests.length, 3);
    });

    test('of a worker that is killed, only what was on the wire is asked again', async (context) => {
      const t = inOrder(context);
      const where = await start(t);
      let isHeld = true;
      const server = await echoing(t, async () => {
        while (isHeld) await after(5);
      });
      const { queue, events } = await openQueue(t, where);
      const lost = await forkWorker(t, { where, baseURL: server.baseURL });
      const run = enqueue(queue, { batch: Array.from({ length: 12 }, (_, i) => `item ${i}`) }, { events });
      await until(() => server.requests.length === 2);
      lost.kill('SIGKILL');
      await once(lost, 'exit');
      isHeld = false;
      await forkWorker(t, { where, baseURL: server.baseURL });
      const { results } = await run;
      assert.deepEqual(
        results.map(({ result }) => result),
        Array.from({ length: 12 }, (_, i) => `re: item ${i}`),
      );
      assert.equal(server.requests.length, 14);
    });

    test('of a worker that is killed before it says that it is done, nothing is asked again', async (context) => {
      const t = inOrder(context);
      const where = await start(t);
      const server = await echoing(t);
      const folder = await mkdtemp(join(tmpdir(), 'queue-'));
      t.after(() => rm(folder, { recursive: true }));
      const given = { where, baseURL: server.baseURL, store: join(folder, 'store.jsonl'), concurrency: 1 };
      const { queue, events } = await openQueue(t, where);
      const lost = await forkWorker(t, { ...given, dies: true });
      const exit = once(lost, 'exit');
      const subtasks = [
        { id: 'one', content: 'first' },
        { id: 'two', content: 'second', dependencies: ['one'] },
      ];
      const run = enqueue(
        queue,
        { process: { task: 'T', subtasks }, options: { aggregate: false } },
        { events },
      );
      const told = all(run);
      await exit;
      await forkWorker(t, given);
      const { results } = await run;
      assert.deepEqual(
        results.map(({ status, metadata }) => [status, metadata.fromStore]),
        [
          ['completed', true],
          ['completed', true],
        ],
      );
      assert.equal(server.requests.length, 2);
      await verified(await told);
    });

    test('an abort reaches the requests of the workers, and takes the rest out of the queue', async (context) => {
      const t = inOrder(context);
      const where = await start(t);
      const server = await startModelServer(t, () => {});
      await startWorker(t, where, processor(agentOf(server)), { concurrency: 3 });
      const { queue, events } = await openQueue(t, where);
      const subtasks = [{ id: 'graph', content: 'graph' }];
      const graph = enqueue(queue, { process: { task: 'T', subtasks } }, { events });
      const told = all(graph);
      await until(() => server.requests.length === 1);
      const run = enqueue(queue, { batch: ['a', 'b', 'c', 'd'] }, { events });
      await until(() => server.requests.length === 3);
      run.abort('stopped');
      graph.abort('stopped');
      for (const ended of [run, graph]) {
        await assert.rejects(
          async () => ended,
          (/** @type {any} */ error) => {
            assert.ok(error instanceof AbortError);
            assert.deepEqual([error.code, error.cause], ['ABORTED', 'stopped']);
            return true;
          },
        );
      }
      assert.deepEqual((await verified(await told)).state.status, 'cancelled');
      await until(() => server.open.now === 0);
      assert.equal(server.open.cut, 3);
      await until(async () => (await queue.getJobCounts('active')).active === 0);
      assert.deepEqual(await queue.getJobCounts('waiting', 'completed'), { waiting: 0, completed: 0 });
      assert.equal(server.requests.length, 3);
    });
  });
}
