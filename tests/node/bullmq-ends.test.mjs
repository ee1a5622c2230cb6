// @ts-check
/**
 * How work through a queue ends, where a producer, a worker or the server is killed, or somebody
 * stops it.
 */

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { AbortError } from 'parallelization-agent';
import { enqueue, processor } from 'parallelization-agent/bullmq';
import { all, verified } from './events.mjs';
import { after, complete, startModelServer, until } from './model-server.mjs';
import { agentOf, echoing, servers } from './queue-servers.mjs';
import { forkProducer, forkWorker, inOrder, openQueue, startWorker } from './queues.mjs';
import * as redis from './redis-server.mjs';

for (const [kind, { skip, start }] of Object.entries(servers)) {
  describe(`over ${kind}`, { skip, concurrency: 3 }, () => {
    test('the run of a producer that was killed goes on, and the next one has its results', async (context) => {
      const t = inOrder(context);
      const where = await start(t);
      const server = await echoing(t);
      const batch = ['a', 'b', 'c'];
      const lost = await forkProducer(t, { where, batch });
      lost.kill('SIGKILL');
      await once(lost, 'exit');
      await startWorker(t, where, processor(agentOf(server)));
      await until(() => server.requests.length === 3);
      const { queue, events } = await openQueue(t, where);
      const { results } = await enqueue(queue, { batch }, { events });
      assert.deepEqual(
        results.map(({ result }) => result),
        ['re: a', 're: b', 're: c'],
      );
      assert.equal(server.requests.length, 3);
      // Of another name, it is another run.
      await enqueue(queue, { batch, options: { runId: 'again' } }, { events });
      assert.equal(server.requests.length, 6);
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

    test('a job that its worker cancels ends its requests, and the producer is told', async (context) => {
      const t = inOrder(context);
      const where = await start(t);
      const server = await startModelServer(t, () => {});
      const worker = await startWorker(t, where, processor(agentOf(server)));
      const { queue, events } = await openQueue(t, where);
      const graph = enqueue(queue, { perspectives: { input: 'x', workers: { a: 'A' } } }, { events });
      const told = all(graph);
      const failed = enqueue(queue, { batch: ['a'] }, { events }).then(
        () => assert.fail(),
        (error) => error,
      );
      await until(() => server.requests.length === 2);
      worker.cancelAllJobs('The machine is needed.');
      await assert.rejects(async () => graph, { code: 'ABORTED' });
      const { code, message, results } = await failed;
      assert.deepEqual([code, results[0].status, results[0].error.code], ['RUN_FAILED', 'failed', 'ABORTED']);
      assert.match(message, /Task `input-1` failed: The run was aborted/);
      assert.equal((await verified(await told)).state.status, 'cancelled');
      await until(() => server.open.cut === 2);
      assert.equal(server.requests.length, 2);
    });

    test('at its deadline a batch gives what there is, and its other jobs are gone', async (context) => {
      const t = inOrder(context);
      const where = await start(t);
      const server = await startModelServer(t, ({ content }, response) => {
        if (content === 'fast') complete(response, 'done');
      });
      await startWorker(t, where, processor(agentOf(server)), { concurrency: 2 });
      const { queue, events } = await openQueue(t, where);
      // Its result is there, however slow the machine is.
      await enqueue(queue, { batch: ['fast'] }, { events });
      const batch = ['fast', 'slow', 'slower', 'slowest'];
      const { results } = await enqueue(queue, { batch, options: { deadlineMs: 2_500 } }, { events });
      assert.deepEqual(
        results.map(({ status }) => status),
        ['completed', 'cancelled', 'cancelled', 'cancelled'],
      );
      await until(() => server.open.now === 0);
      await until(async () => (await queue.getJobCounts('active')).active === 0);
      assert.equal((await queue.getJobCounts('waiting')).waiting, 0);
    });
  });
}

test('a run whose queue is closed, or whose job is taken out of it, ends and says so', {
  skip: redis.skip,
}, async (context) => {
  const t = inOrder(context);
  const where = { name: 'llm', redis: (await redis.startRedis(t)).path };
  const { queue, events } = await openQueue(t, where);
  const taken = enqueue(queue, { voting: 'Is it?' }, { events });
  const run = enqueue(queue, { batch: ['a'] }, { events });
  await until(async () => (await queue.getJobCounts('waiting')).waiting === 2);
  await queue.remove((await queue.getJobs(['waiting'])).find(({ name }) => name === 'voting')?.id ?? '');
  await assert.rejects(async () => taken, { code: 'ABORTED' });
  await queue.close();
  await assert.rejects(async () => run, /The queue failed: it was closed/);
});

for (const remembers of [true, false]) {
  const how = remembers ? 'with its memory' : 'without its memory, so that jobs are added again';
  test(`a Redis is killed and is back, ${how}, and all are answered`, {
    skip: redis.skip,
  }, async (context) => {
    const t = inOrder(context);
    const settings = remembers ? ['--appendonly', 'yes', '--appendfsync', 'always'] : [];
    const server = await redis.startRedis(t, ...settings);
    const where = { name: 'llm', redis: server.path };
    let isHeld = true;
    const model = await echoing(t, async () => {
      while (isHeld) await after(5);
    });
    await startWorker(t, where, processor(agentOf(model, { store: new Map() })), {
      concurrency: 3,
      runRetryDelay: 100,
    });
    const { queue, events } = await openQueue(t, where);
    const subtasks = [
      { id: 'one', content: 'first' },
      { id: 'two', content: 'second', dependencies: ['one'] },
    ];
    const graph = enqueue(
      queue,
      { process: { task: 'T', subtasks }, options: { aggregate: false } },
      { events },
    );
    const told = all(graph);
    await until(() => model.requests.length === 1);
    const run = enqueue(queue, { batch: ['a', 'b', 'c', 'd'] }, { events });
    await until(() => model.requests.length === 3 && graph.snapshot().running.length === 1);
    await server.kill();
    isHeld = false;
    await after(200);
    await server.restart();
    const { results } = await run;
    assert.deepEqual(
      results.map(({ result }) => result),
      ['re: a', 're: b', 're: c', 're: d'],
    );
    assert.equal((await graph).metadata.completedTasks, 2);
    const { state } = await verified(await told);
    assert.deepEqual([state.status, state.completedTasks], ['complete', 2]);
    assert.equal(model.requests.length, 6, 'nothing is asked twice');
  });
}
