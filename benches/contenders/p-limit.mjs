// @ts-check
/** `fetch` through p-limit. */

import pLimit from 'p-limit';
import { ask } from './bare-fetch.mjs';

/** @type {import('../contenders.mjs').FanOut} */
export function fanOut(prompts, { baseURL, concurrency }) {
  const limit = pLimit(concurrency);
  return Promise.all(prompts.map((prompt) => limit(() => ask(baseURL, prompt))));
}

/** @type {import('../contenders.mjs').Items} */
export async function items(count) {
  const limit = pLimit(64);
  const ids = Array.from({ length: count }, (_, index) => `item ${index}`);
  const answers = await Promise.all(ids.map((id) => limit(async () => ({ id, answer: 'fine' }))));
  return answers.length;
}
