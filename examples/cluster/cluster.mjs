// @ts-check
/**
 * A producer and two workers, each a process, over a Redis: the workers keep one limit together,
 * and when one of them is killed, the other does its jobs.
 */

import { fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Queue, QueueEvents } from 'bullmq';
import { enqueue } from 'parallelization-agent/bullmq';
import { connect, startRedis } from './redis.mjs';

export const about =
  'A queue with two workers that keep one limit, one of which is killed (needs redis-server)';

const calls = 40;
/** What stands for a provider's minute, so that nobody has to wait for one. */
const limit = { requestsPerMinute: 10, windowMs: 1_000 };
/** After so many results a worker is killed. */
const untilKilled = 10;

/** @typedef {{ pid: number | undefined, sent: number, isKilled: boolean }} WorkerLog */

/** @param {import('parallelization-agent').AgentOptions} [options] */
export async function run({ baseURL, apiKey, model, maxTokens = 8, onEvent } = {}) {
  const redis = await startRedis();
  // Whoever else uses the same Redis has queues of his own.
  const queuePrefix = { prefix: `cluster-${randomUUID()}` };
  const clients = [connect(redis.address), connect(redis.address)];
  const [connection, ofEvents] = clients;
  const queue = new Queue('cluster', { connection, ...queuePrefix });
  const events = new QueueEvents('cluster', { connection: ofEvents, ...queuePrefix });
  const workers = [1, 2].map(() =>
    startWorker({
      address: redis.address,
      server: { baseURL, apiKey, model },
      limit: { ...limit, prefix: queuePrefix.prefix },
      queue: queuePrefix,
    }),
  );
  try {
    const questions = Array.from({ length: calls }, (_, index) => `Is ${index + 1} even or odd? One word.`);
    const run = enqueue(queue, { batch: questions, options: { maxTokens, onEvent } }, { events });
    let done = 0;
    for await (const { status } of run.results()) {
      if (status === 'completed') done += 1;
      if (done === untilKilled) busiest(workers).kill();
    }
    const sent = workers.flatMap(({ sentAt }) => sentAt).sort((a, b) => a - b);
    return {
      metadata: (await run).metadata,
      workers: workers.map(({ log }) => log),
      most: mostWithin(limit.windowMs, sent),
      seconds: ((sent.at(-1) ?? 0) - (sent[0] ?? 0)) / 1_000,
    };
  } finally {
    for (const { child } of workers) child.kill();
    await Promise.all([queue.close(), events.close()]);
    for (const client of clients) client.disconnect();
    await redis.stop();
  }
}

/** @param {object} settings */
function startWorker(settings) {
  const child = fork(fileURLToPath(new URL('worker.mjs', import.meta.url)));
  /** @type {WorkerLog} */
  const log = { pid: child.pid, sent: 0, isKilled: false };
  /** @type {number[]} */
  const sentAt = [];
  child.on('message', (/** @type {{ sentAt: number }} */ message) => {
    log.sent += 1;
    sentAt.push(message.sentAt);
  });
  child.send(settings);
  return {
    child,
    log,
    sentAt,
    kill() {
      log.isKilled = child.kill('SIGKILL');
    },
  };
}

/** @param {ReturnType<typeof startWorker>[]} workers */
function busiest(workers) {
  return workers.reduce((one, other) => (other.log.sent > one.log.sent ? other : one));
}

/**
 * @param {number} windowMs
 * @param {number[]} times  in order
 */
function mostWithin(windowMs, times) {
  const counts = times.map(
    (from, index) => times.slice(index).filter((time) => time < from + windowMs).length,
  );
  return Math.max(0, ...counts);
}

/** @param {Awaited<ReturnType<typeof run>>} result */
export function print({ metadata, workers, most, seconds }) {
  console.log(`${metadata.completedTasks} of ${metadata.totalTasks} calls came through`);
  for (const { pid, sent, isKilled } of workers)
    console.log(`worker ${pid} sent ${sent} requests${isKilled ? ', and was killed' : ''}`);
  const { requestsPerMinute, windowMs } = limit;
  console.log(
    `at most ${most} requests in any ${windowMs} ms, of ${requestsPerMinute} allowed, over ${seconds.toFixed(1)} s`,
  );
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) print(await run());
