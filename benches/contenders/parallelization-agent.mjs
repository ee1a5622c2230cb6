// @ts-check
/** Ours. */

import { batch, ParallelAgent, parallelProcess } from 'parallelization-agent';

const worker = { model: 'bench', apiKey: 'bench' };

/** @type {import('../contenders.mjs').FanOut} */
export async function fanOut(prompts, world) {
  const { results } = await batch(prompts, { ...worker, ...world });
  return results.map(({ result }) => result);
}

/**
 * How long each call took.
 * @param {string[]} prompts
 * @param {import('../contenders.mjs').World} world
 */
export async function durations(prompts, world) {
  const { results } = await batch(prompts, { ...worker, ...world });
  return results.map(({ metadata }) => metadata.durationMs);
}

/** @type {import('../contenders.mjs').Streams} */
export async function streams(prompts, world, onText) {
  const run = batch(prompts, { ...worker, ...world, stream: true });
  for await (const event of run) if (event.type === 'TEXT_MESSAGE_CONTENT') onText(event.delta);
  const { results } = await run;
  return results.map(({ result }) => result);
}

/** @type {import('../contenders.mjs').RunGraph} */
export async function graph(tasks, world) {
  await parallelProcess('Run the graph', tasks, { ...worker, ...world, aggregate: false });
}

/** @type {import('../contenders.mjs').Votes} */
export async function votes(questions, voters, world) {
  const agent = new ParallelAgent({ ...worker, ...world });
  const runs = await Promise.all(questions.map((question) => agent.voting(question, { voters })));
  return runs.map(({ winner }) => winner);
}

/** @type {import('../contenders.mjs').Items} */
export async function items(count, form) {
  const options = { complete: () => 'fine', concurrency: 64 };
  const ids = Array.from({ length: count }, (_, index) => `item ${index}`);
  if (form === 'graph') {
    const tasks = ids.map((content, index) => ({ id: `t${index}`, content }));
    const { metadata } = await parallelProcess('t', tasks, { ...options, aggregate: false });
    return metadata.completedTasks;
  }
  if (form === 'read') {
    let read = 0;
    for await (const { status } of batch(ids.values(), { ...options, keepResults: false }).results())
      if (status === 'completed') read += 1;
    return read;
  }
  const inputs = form === 'generator' ? ids.values() : ids;
  const run = batch(inputs, { ...options, ...(form === 'handed-over' && { keepResults: false }) });
  return (await run).metadata.completedTasks;
}
