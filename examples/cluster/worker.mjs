// @ts-check
/**
 * A worker, in a process of its own. It is told who answers, and tells of each request that it
 * sends.
 */

import { once } from 'node:events';
import { Worker } from 'bullmq';
import { ParallelAgent } from 'parallelization-agent';
import { processor, recommended } from 'parallelization-agent/bullmq';
import { redisLimiter, redisStore } from 'parallelization-agent/redis';
import { connect } from './redis.mjs';

const [{ address, server, limit, queue }] = await once(process, 'message');
const client = connect(address);
const agent = new ParallelAgent({
  ...server,
  limiter: redisLimiter(client, limit),
  // The queue has each question once. Else, those of a killed worker would be held for ten seconds.
  store: redisStore(client, { ttlMs: 60_000, singleFlight: false }),
  fetch(url, init) {
    process.send?.({ sentAt: Date.now() });
    return fetch(url, init);
  },
});
new Worker('cluster', processor(agent), {
  connection: connect(address),
  concurrency: 4,
  ...recommended,
  // Nobody wants to watch for twenty seconds until a killed worker's jobs run again.
  lockDuration: 3_000,
  stalledInterval: 500,
  ...queue,
});
