// @ts-check
/**
 * A graph level by level, as the pattern is often written down: all tasks that can go, then all
 * that can go after these.
 */

import { ask } from './bare-fetch.mjs';

/** @type {import('../contenders.mjs').FanOut} */
export async function fanOut(prompts, { baseURL, concurrency }) {
  const texts = [];
  for (let from = 0; from < prompts.length; from += concurrency) {
    const chunk = prompts.slice(from, from + concurrency);
    texts.push(...(await Promise.all(chunk.map((prompt) => ask(baseURL, prompt)))));
  }
  return texts;
}

/** @type {import('../contenders.mjs').RunGraph} */
export async function graph(tasks, { baseURL, concurrency }) {
  /** @type {Set<string>} */
  const done = new Set();
  let left = tasks;
  while (left.length > 0) {
    const level = left.filter(({ dependencies }) => dependencies.every((id) => done.has(id)));
    left = left.filter((task) => !level.includes(task));
    for (let from = 0; from < level.length; from += concurrency) {
      const chunk = level.slice(from, from + concurrency);
      await Promise.all(chunk.map(({ content }) => ask(baseURL, content)));
    }
    for (const { id } of level) done.add(id);
  }
}
