// @ts-check
/** A worker of Node's that makes one call and tells what came of it. */

import { parentPort, workerData } from 'node:worker_threads';
import { parallelProcess } from 'parallelization-agent';
import { nodeFetch } from 'parallelization-agent/node';

const options = { baseURL: workerData, fetch: nodeFetch(), aggregate: false };
const { results } = await parallelProcess('t', [{ id: 'a', content: 'x' }], options);
parentPort?.postMessage(results[0].result);
