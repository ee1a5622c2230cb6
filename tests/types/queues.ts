/**
 * Usage of a queue's types with BullMQ's own, and usage that must not compile. Nothing here runs.
 */

import { createPostgresBackend, Queue, QueueEvents, Worker } from 'bullmq';
import {
  type BatchRun,
  type MapReduceResult,
  ParallelAgent,
  type ParallelRun,
  type ProcessResult,
  tool,
} from 'parallelization-agent';
import { enqueue, processor, recommended } from 'parallelization-agent/bullmq';
import { z } from 'zod';

type Moths = { moths: number };

const connection = { host: 'localhost' };
const queue = new Queue<{ any: 'data' }, string, 'name'>('llm', { connection });
const events = new QueueEvents('llm', { connection });
const database = { connectionString: 'postgres://localhost' };
const postgres = new Queue('llm', { connection: database }, createPostgresBackend);
const ofPostgres = new QueueEvents('llm', { connection: database }, createPostgresBackend);

const run: BatchRun<Moths> = enqueue<Moths>(queue, { batch: ['a'] }, { events });
for await (const { status, data } of run.results()) if (status === 'completed') data?.moths.toFixed();
const subtasks = [{ id: 'a', content: 'x', tools: ['weather'] }];
const graph: ParallelRun<ProcessResult> = enqueue(
  postgres,
  { process: { task: 'T', subtasks }, options: { stream: true, schema: { type: 'object' } } },
  { events: ofPostgres, store: new Map() },
);
const reduced: ParallelRun<MapReduceResult> = enqueue(
  queue,
  { mapReduce: ['a', 'b'], options: { fanIn: 4 } },
  { events },
);

const agent = new ParallelAgent();
const weather = tool({
  name: 'weather',
  parameters: z.object({ city: z.string() }),
  execute: ({ city }) => city,
});
const work = processor(agent, { tools: { weather }, complete: async () => 'fine' });
new Worker('llm', work, { connection, concurrency: 32, ...recommended });
new Worker('llm', work, { connection: database, ...recommended }, createPostgresBackend);

// @ts-expect-error A schema of a library cannot go through a queue.
enqueue(queue, { batch: ['a'], options: { schema: z.object({}) } }, { events });
// @ts-expect-error Neither can a tool: it is named.
enqueue(queue, { batch: ['a'], options: { tools: [weather] } }, { events });
// @ts-expect-error Nor a function for a model.
enqueue(queue, { batch: ['a'], options: { complete: async () => 'fine' } }, { events });
// @ts-expect-error Nor a key.
enqueue(queue, { batch: ['a'], options: { apiKey: 'k' } }, { events });
// @ts-expect-error Limits belong to the worker's agent.
enqueue(queue, { batch: ['a'], options: { concurrency: 4 } }, { events });
// @ts-expect-error There are no events to wait by.
enqueue(queue, { batch: ['a'] });
// @ts-expect-error An agent is what runs the jobs.
processor({ batch() {} });

export { graph, reduced };
