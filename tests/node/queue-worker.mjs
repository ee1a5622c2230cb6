// @ts-check
/**
 * A worker in a process of its own. With `dies` it is killed between its first answer and the word
 * to the queue that the job is done.
 */

import { ParallelAgent } from 'parallelization-agent';
import { processor } from 'parallelization-agent/bullmq';
import { FileStore } from 'parallelization-agent/store-file';
import { hasty, makeWorker } from './queues.mjs';

const { where, baseURL, store, dies = false, concurrency = 2 } = JSON.parse(process.argv[2]);
const agent = new ParallelAgent({
  baseURL,
  apiKey: 'k',
  model: 'm',
  ...(store && { store: new FileStore(store) }),
});
const work = processor(agent);
const worker = makeWorker(
  where,
  async (job, token, signal) => {
    const result = await work(job, token, signal);
    if (dies) process.kill(process.pid, 'SIGKILL');
    return result;
  },
  { concurrency, ...hasty },
);
await worker.waitUntilReady();
process.send?.('ready');
