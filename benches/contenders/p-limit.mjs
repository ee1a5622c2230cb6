// @ts-check
/** `fetch` through p-limit. */

import pLimit from 'p-limit';
import { ask } from './bare-fetch.mjs';

/** @type {import('../contenders.mjs').FanOut} */
export function fanOut(prompts, { baseURL, concurrency }) {
  const limit = pLimit(concurrency);
  return Promise.all(prompts.map((prompt) => limit(() => ask(baseURL, prompt))));
}
