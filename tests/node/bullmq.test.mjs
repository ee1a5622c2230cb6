// @ts-check
/**
 * Work through a queue of the real BullMQ, over a real Redis and a real PostgreSQL, against a model
 * server.
 */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { BatchRun, InvalidInputError, ParallelAgent, ParallelRun } from 'parallelization-agent';
import { enqueue, processor } from 'parallelization-agent/bullmq';
import { all, texts, verified } from './events.mjs';
import { after, complete, respond, startModelServer, until } from './model-server.mjs';
import { agentOf, echoing, servers } from './queue-servers.mjs';
import { inOrder, openQueue, startWorker } from './queues.mjs';

/** The smallest that a schema of the patterns takes. @param {any} schema @returns {any} */
function smallest({ type, properties = {}, items, enum: values, minimum, anyOf }) {
  if (values) return values[0];
  if (anyOf) return null;
  if (type === 'object')
    return Object.fromEntries(
      Object.entries(properties).map(([name, property]) => [name, smallest(property)]),
    );
  if (type === 'array') return [smallest(items)];
  return { integer: minimum ?? 1, number: minimum ?? 1, boolean: false }[/** @type {string} */ (type)] ?? 'x';
}

/**
 * A result without names, times and what is drawn by lot: these are each run's own.
 * @param {any} result
 */
function lasting(result) {
  const own = /Ms$|^(runId|maxConcurrency|winnerId)$/;
  return JSON.parse(JSON.stringify(result, (key, value) => (own.test(key) ? undefined : value)));
}

for (const [kind, { skip, start }] of Object.entries(servers)) {
  describe(`over ${kind}`, { skip, concurrency: 3 }, () => {
    test('a batch is a run like any other, and each item is a job', async (context) => {
      const t = inOrder(context);
      const where = await start(t);
      const server = await echoing(t);
      await startWorker(t, where, processor(agentOf(server)));
      const { queue, events } = await openQueue(t, where);
      const inputs = ['a', { id: 'x', content: 'b', read: new Date(), by() {} }, 'a', 'bad'];
      /** @type {any[]} */
      const taken = [];
      const onResult = (/** @type {any} */ task) => void taken.push(task);
      const run = enqueue(queue, { batch: inputs, options: { onResult } }, { events });
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
      assert.deepEqual(
        (await verified(await all(run))).activity,
        activity,
        'who comes late is told the same',
      );
      const byId = (/** @type {any} */ one, /** @type {any} */ other) =>
        one.taskId.localeCompare(other.taskId);
      assert.deepEqual(taken.sort(byId), results.toSorted(byId));
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

    test('every pattern gives what it gives in one process', async (context) => {
      const t = inOrder(context);
      const where = await start(t);
      const agent = new ParallelAgent({
        async complete({ messages, schema }) {
          const content = String(messages.at(-1)?.content);
          return schema ? JSON.stringify(smallest(schema)) : `re: ${content.length}`;
        },
      });
      await startWorker(t, where, processor(agent, { workers: { note: { instructions: 'Note it.' } } }));
      const { queue, events } = await openQueue(t, where);
      const schema = { type: 'object', properties: { moths: { type: 'integer' } }, required: ['moths'] };
      const subtasks = [{ id: 'a', type: 'note', content: 'x' }];
      /** @type {[any, Promise<any>][]} */
      const pairs = [
        [{ batch: ['a', 'b'], options: { schema } }, agent.batch(['a', 'b'], { schema })],
        [
          { process: { task: 'T', subtasks } },
          agent.parallelProcess('T', subtasks, { workers: { note: { instructions: 'Note it.' } } }),
        ],
        [{ sectioning: { topic: 'T', sections: ['a', 'b'] } }, agent.sectioning('T', ['a', 'b'])],
        [{ sectioning: { topic: 'T: a, b' } }, agent.sectioning('T: a, b')],
        [{ voting: 'Is it?', options: { voters: 2 } }, agent.voting('Is it?', { voters: 2 })],
        [{ mapReduce: ['a', 'b'], options: { fanIn: 2 } }, agent.mapReduce(['a', 'b'], { fanIn: 2 })],
        [
          { perspectives: { input: 'a', workers: { one: 'You', two: 'Me' } } },
          agent.perspectives('a', { one: 'You', two: 'Me' }),
        ],
        [{ bestOf: { input: 'a' } }, agent.bestOf('a')],
        [{ evaluate: { subject: 'a', criteria: ['b', 'c'] } }, agent.evaluate('a', ['b', 'c'])],
        [{ clones: { contexts: { de: 'German' }, content: 'a' } }, agent.clones({ de: 'German' }, 'a')],
        [{ guarded: { input: 'a', guards: { g: 'Trip.' } } }, agent.guarded('a', { g: 'Trip.' })],
        [{ run: '/mapreduce a: one | b: two' }, agent.run('/mapreduce a: one | b: two')],
      ];
      for (const [work, local] of pairs) {
        const run = /** @type {ParallelRun<any>} */ (enqueue(queue, work, { events }));
        const told = all(run);
        const name = JSON.stringify(work);
        assert.deepEqual(lasting(await run), lasting(await local), name);
        assert.equal(run.snapshot().completedTasks, (await local).metadata.completedTasks, name);
        await verified(await told);
      }
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

    test('tools are named, and the worker has them; a name that it has not is told', async (context) => {
      const t = inOrder(context);
      const where = await start(t);
      const server = await startModelServer(t, ({ body, content }, response) => {
        const [call] = content === 'Cold?' ? body.tools : [];
        if (!call) return complete(response, `It is ${content}.`);
        const toolCall = {
          id: 'c',
          type: 'function',
          function: { name: call.function.name, arguments: '{}' },
        };
        complete(response, '', {
          choices: [
            { index: 0, message: { role: 'assistant', tool_calls: [toolCall] }, finish_reason: 'tool_calls' },
          ],
        });
      });
      const weather = { name: 'weather', execute: () => 'warm' };
      await startWorker(t, where, processor(agentOf(server), { tools: { weather } }));
      const { queue, events } = await openQueue(t, where);
      const options = { tools: ['weather'] };
      const run = enqueue(queue, { batch: ['Cold?'], options }, { events });
      const [task] = (await run).results;
      assert.deepEqual([task?.result, task?.steps?.[0]?.toolCalls[0]?.result], ['It is warm.', 'warm']);
      for (const work of [
        { batch: ['Cold?'], options: { tools: ['clock'] } },
        { voting: 'Cold?', options: { tools: ['clock'] } },
      ]) {
        await assert.rejects(
          async () => enqueue(queue, /** @type {any} */ (work), { events }),
          (/** @type {any} */ error) => {
            assert.ok(error instanceof InvalidInputError);
            assert.match(
              error.message,
              /options\.tools\[0\]: The worker has no tool `clock`.* has: weather\./,
            );
            return true;
          },
        );
      }
    });

    test('a text comes as the model writes it, where that is asked for', async (context) => {
      const t = inOrder(context);
      const where = await start(t);
      let isShown = false;
      const server = await startModelServer(t, async (_, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        const send = (/** @type {object} */ delta) =>
          response.write(`data: ${JSON.stringify({ choices: [{ delta }] })}\n\n`);
        send({ content: 'seen ' });
        // What comes first has been shown before there is more.
        while (!isShown) await after(5);
        send({ content: 'at once' });
        response.end(
          `data: ${JSON.stringify({ choices: [{ delta: {}, finish_reason: 'stop' }] })}\n\ndata: [DONE]\n\n`,
        );
      });
      await startWorker(t, where, processor(agentOf(server)));
      const { queue, events } = await openQueue(t, where);
      const options = { stream: true, aggregate: /** @type {const} */ (false) };
      const subtasks = [{ id: 'a', content: 'x' }];
      for (const [work, id] of /** @type {[any, string][]} */ ([
        [{ batch: ['x'], options: { stream: true } }, 'input-1'],
        [{ process: { task: 'T', subtasks }, options }, 'a'],
      ])) {
        isShown = false;
        const run = /** @type {ParallelRun<any>} */ (enqueue(queue, work, { events }));
        const told = [];
        for await (const event of run) {
          told.push(event);
          if (event.type === 'TEXT_MESSAGE_CONTENT') isShown = true;
        }
        await verified(told);
        assert.deepEqual(texts(told), { [id]: ['seen at once'] });
        assert.equal((await run).results[0]?.result, 'seen at once');
      }
    });

    test('a large result goes by the store, and the rest by the queue', async (context) => {
      const t = inOrder(context);
      const where = await start(t);
      const text = 'moth '.repeat(30_000);
      const server = await startModelServer(t, ({ content }, response) =>
        complete(response, content === 'long' ? text : 'short'),
      );
      const store = new Map();
      await startWorker(t, where, processor(agentOf(server), { store }));
      const { queue, events } = await openQueue(t, where);
      const batch = ['long', 'brief'];
      const { results } = await enqueue(queue, { batch }, { events, store });
      assert.deepEqual(
        results.map(({ result }) => result),
        [text, 'short'],
      );
      assert.equal(store.size, 1);
      const jobs = await queue.getJobs(['completed']);
      assert.ok(jobs.every(({ returnvalue }) => JSON.stringify(returnvalue).length < 2_000));
      // A producer that has no store is told what to do.
      const [without] = (await enqueue(queue, { batch }, { events })).results;
      assert.match(without?.error?.message ?? '', /give `enqueue` the same `store`/);
    });

    test('items are taken as there is room, and who stops reading ends the rest', async (context) => {
      const t = inOrder(context);
      const where = await start(t);
      const server = await echoing(t);
      await startWorker(t, where, processor(agentOf(server)));
      const { queue, events } = await openQueue(t, where);
      let [taken, isLeft] = [0, false];
      async function* endless() {
        try {
          for (;;) {
            taken += 1;
            yield `item ${taken}`;
          }
        } finally {
          isLeft = true;
        }
      }
      const run = enqueue(queue, { batch: endless(), options: { window: 4 } }, { events });
      const read = [];
      for await (const { taskId, result } of run.results({ order: 'input' })) {
        read.push([taskId, result]);
        if (read.length === 6) break;
      }
      assert.deepEqual(read.at(-1), ['input-6', 're: item 6']);
      assert.ok(taken <= 12, `${taken} were taken`);
      await until(() => isLeft);
      await until(async () => (await queue.getJobCounts('active')).active === 0);
      assert.equal((await queue.getJobCounts('waiting')).waiting, 0);
    });
  });
}
