// @ts-check
/** `fetch` through p-queue. */

import PQueue from 'p-queue';
import { ask } from './bare-fetch.mjs';

/** @type {import('../contenders.mjs').FanOut} */
export function fanOut(prompts, { baseURL, concurrency, requestsPerMinute }) {
  const pace = requestsPerMinute && { intervalCap: requestsPerMinute, interval: 60_000, strict: true };
  const queue = new PQueue({ concurrency, ...pace });
  return queue.addAll(prompts.map((prompt) => () => ask(baseURL, prompt)));
}
