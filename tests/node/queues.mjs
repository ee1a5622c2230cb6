// @ts-check
/** Queues of BullMQ over the two servers that it works on, in this process and in others. */

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { createPostgresBackend, Queue, QueueEvents, Worker } from 'bullmq';
import { recommended } from 'parallelization-agent/bullmq';
import { after } from './model-server.mjs';

/**
 * Where a queue is.
 * @typedef {{ name: string } & ({ redis: string } | { postgres: string })} Where
 */

/**
 * A killed worker's jobs run again within three seconds. A shorter lock is lost by who lives, on a
 * busy machine.
 */
export const hasty = { lockDuration: 2_000, stalledInterval: 500 };

/**
 * @param {Where} where
 * @returns {any[]} what every class of BullMQ takes behind its name and processor
 */
function at(where, options = {}) {
  if ('redis' in where)
    return [{ connection: { path: where.redis, maxRetriesPerRequest: null }, ...options }];
  const connection = { host: where.postgres, user: 'test', database: 'postgres', migrate: true, max: 4 };
  return [{ connection, ...options }, createPostgresBackend];
}

/**
 * @template {{ on(event: any, listener: any): any }} T
 * @param {T} emitter
 * @returns {T} servers go away in tests
 */
const calm = (emitter) => {
  emitter.on('error', () => {});
  return emitter;
};

/**
 * A test that puts away last what it began first: a queue cannot be closed once its server is gone.
 * @param {import('node:test').TestContext} t
 */
export function inOrder(t) {
  /** @type {(() => unknown)[]} */
  const ends = [];
  t.after(async () => {
    for (const end of ends.reverse()) await Promise.race([end(), after(1_000)]);
  });
  return /** @type {import('node:test').TestContext} */ ({
    after: (/** @type {() => unknown} */ end) => void ends.push(end),
  });
}

/** A producer's side of the queue. @param {Where} where */
export async function makeQueue(where) {
  const make = /** @type {any} */ ([Queue, QueueEvents]);
  const [queue, events] = make.map((/** @type {any} */ kind) => calm(new kind(where.name, ...at(where))));
  await Promise.all([queue.waitUntilReady(), events.waitUntilReady()]);
  return /** @type {{ queue: Queue, events: QueueEvents }} */ ({ queue, events });
}

/**
 * @param {import('node:test').TestContext} t
 * @param {Where} where
 */
export async function openQueue(t, where) {
  const { queue, events } = await makeQueue(where);
  t.after(() => Promise.all([queue.close(), events.close()]));
  return { queue, events };
}

/**
 * A worker in this process.
 * @param {Where} where
 * @param {(job: any, token?: string, signal?: AbortSignal) => Promise<any>} process
 */
export function makeWorker(where, process, options = {}) {
  const kind = /** @type {any} */ (Worker);
  return /** @type {Worker} */ (
    calm(
      new kind(
        where.name,
        process,
        ...at(where, { concurrency: 8, drainDelay: 1, ...recommended, ...options }),
      ),
    )
  );
}

/**
 * @param {import('node:test').TestContext} t
 * @param {Where} where
 * @param {(job: any, token?: string, signal?: AbortSignal) => Promise<any>} process
 */
export async function startWorker(t, where, process, options = {}) {
  const worker = makeWorker(where, process, options);
  t.after(() => worker.close(true));
  await worker.waitUntilReady();
  return worker;
}

/**
 * A worker in a process of its own, which can be killed.
 * @param {import('node:test').TestContext} t
 * @param {object} given
 * @param {Where} given.where
 * @param {string} given.baseURL
 * @param {string} [given.store]
 * @param {boolean} [given.dies]
 * @param {number} [given.concurrency]
 */
export const forkWorker = (t, given) => forked(t, 'queue-worker.mjs', given);

/**
 * A producer in a process of its own, whose jobs are in the queue.
 * @param {import('node:test').TestContext} t
 * @param {{ where: Where, batch: string[] }} given
 */
export const forkProducer = (t, given) => forked(t, 'queue-producer.mjs', given);

/**
 * @param {import('node:test').TestContext} t
 * @param {string} file
 * @param {object} given
 */
async function forked(t, file, given) {
  const script = fileURLToPath(new URL(file, import.meta.url));
  const child = fork(script, [JSON.stringify(given)], { env: { ...process.env, NODE_OPTIONS: '' } });
  t.after(() => child.kill('SIGKILL'));
  await once(child, 'message');
  return child;
}
