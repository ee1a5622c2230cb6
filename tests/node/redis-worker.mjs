// @ts-check
/**
 * A process of its own that asks questions, and keeps the answers in Redis. Tells its parent what
 * came.
 */

import { Redis } from 'ioredis';
import { batch } from 'parallelization-agent';
import { redisStore } from 'parallelization-agent/redis';

const [path, baseURL, ...questions] = process.argv.slice(2);
const client = new Redis(path);
const { results } = await batch(questions, {
  baseURL,
  apiKey: 'k',
  model: 'm',
  store: redisStore(client),
});
process.send?.(results.map(({ result }) => result));
client.disconnect();
process.disconnect?.();
