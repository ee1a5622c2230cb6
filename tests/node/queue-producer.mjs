// @ts-check
/**
 * A producer in a process of its own, which can be killed. It says when its jobs are in the queue.
 */

import { enqueue } from 'parallelization-agent/bullmq';
import { makeQueue } from './queues.mjs';

const { where, batch } = JSON.parse(process.argv[2]);
const { queue, events } = await makeQueue(where);
await Promise.all([
  enqueue(queue, { batch }, { events }),
  (async () => {
    const count = async () => {
      const counts = await queue.getJobCounts('waiting', 'active', 'completed');
      return Object.values(counts).reduce((sum, count) => sum + count, 0);
    };
    while ((await count()) < batch.length) await new Promise((resolve) => setTimeout(resolve, 10));
    process.send?.('added');
  })(),
]);
