// @ts-check
/**
 * A graph as promises that wait for each other, and p-limit, which lets first whoever came first.
 */

import pLimit from 'p-limit';
import { ask } from './bare-fetch.mjs';

/** @type {import('../contenders.mjs').RunGraph} */
export async function graph(tasks, { baseURL, concurrency }) {
  const limit = pLimit(concurrency);
  /** @type {Map<string, Promise<unknown>>} */
  const started = new Map();
  for (const { id, content, dependencies } of tasks) {
    const needs = Promise.all(dependencies.map((need) => started.get(need)));
    started.set(
      id,
      needs.then(() => limit(() => ask(baseURL, content))),
    );
  }
  await Promise.all(started.values());
}
