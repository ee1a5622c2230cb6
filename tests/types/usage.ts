/** Real usage of the public types, and usage that must not compile. Nothing here runs. */

import {
  batch,
  eventStreamHeaders,
  type GuardedResult,
  guarded,
  InvalidInputError,
  isParallelError,
  mapReduce,
  ParallelAgent,
  ParallelError,
  type ParallelRun,
  type ProcessResult,
  parallelProcess,
  run,
  sectioning,
  type TaskResult,
  voting,
} from 'parallelization-agent';

const subtasks = [
  { id: 'a', content: 'x' },
  { id: 'b', content: 'y', dependencies: ['a'], temperature: 0.2 },
];

const process: ParallelRun<ProcessResult> = parallelProcess('t', subtasks, {
  concurrency: 'auto',
  maxTokens: 10,
});
process.then(({ results, summary }) => {
  const first: TaskResult | undefined = results[0];
  const text: string | null = summary;
  return [first, text];
});
for await (const event of process) if (event.type === 'CUSTOM') break;
new Response(process.toEventStream(), { headers: eventStreamHeaders });
const { running, completedTasks }: { running: string[]; completedTasks: number } = process.snapshot();

const agent = new ParallelAgent({
  prices: { m: { input: 1, output: 2 } },
  budget: { cost: 1 },
  voters: 5,
  defaultStrategy: 'voting',
});
const { winner, tally } = await agent.voting('?', {
  voters: [{ model: 'm', weight: 2 }],
  select: 'weighted',
});
const leader: { answer: string; votes: number } | undefined = tally[0];
const checked: GuardedResult = await guarded('?', ['no names'], { mode: 'blocking' });
await sectioning('topic', { planner: 'You plan.' });
await sectioning('topic', ['one', { title: 'two', about: 'the second' }], { stream: true });
await batch(new Set(['a', 'b']), { onResult: ({ taskId }) => taskId });
declare const rows: { id: string; content: string; author: string; written: Date }[];
batch(rows);
declare const numbered: { id: number; content: string }[];
batch(numbered);
mapReduce(rows);
declare const stories: { content: string; tools: number }[];
// @ts-expect-error: a worker's option, which would mean nothing for one row.
batch(stories);
for await (const { taskId } of batch(['a'], { keepResults: false }).results({ order: 'input' }))
  taskId.trim();
await parallelProcess('t', subtasks, { complete: async ({ messages }) => `${messages.length} messages` });
const { metadata } = await run('/voting Is it?', { defaultStrategy: 'voting' });

try {
  await process;
} catch (error) {
  if (error instanceof InvalidInputError) error.issues.map(({ path }) => path);
  else if (error instanceof ParallelError && error.code === 'RATE_LIMITED') error.retryAfterMs?.toFixed();
}

// `status` tells what a result has, and `type` what an event has.
const { results, byId } = await process;
for (const task of results) {
  if (task.status === 'completed') task.result.trim();
  else task.error.code.toLowerCase();
  // @ts-expect-error There may be none.
  task.result.trim();
}
byId.a?.result?.trim();
for await (const event of process) {
  if (event.type === 'TEXT_MESSAGE_CONTENT') event.delta.concat(event.taskId);
  if (event.type === 'RUN_ERROR') event.message.concat(event.code);
  // @ts-expect-error Not every event has it.
  event.delta;
}
process.catch((error: unknown) => {
  if (isParallelError(error)) return error.results?.map(({ taskId }) => taskId);
  throw error;
});

// What others made cannot always be changed, and may be `undefined` where it may be missing.
const frozen = [{ id: 'a', content: 'x', dependencies: [] as readonly string[] }] as const;
const perhaps: { model: string | undefined; signal: AbortSignal | undefined } = {
  model: undefined,
  signal: undefined,
};
parallelProcess('t', frozen, { ...perhaps, stop: ['END'] as const, fallbacks: [perhaps] as const });
batch(['a', 'b'] as const, perhaps);
mapReduce(['a', 'b'] as const, perhaps);
sectioning('topic', ['one'] as const);

// @ts-expect-error An id is needed.
parallelProcess('t', [{ content: 'x' }]);
// @ts-expect-error The option is misspelt.
parallelProcess('t', subtasks, { concurency: 4 });
// @ts-expect-error Voters are for a vote.
parallelProcess('t', subtasks, { voters: 3 });
// @ts-expect-error What runs share belongs to the agent.
agent.parallelProcess('t', subtasks, { concurrency: 4 });
// @ts-expect-error There is no such way to select.
voting('?', { select: 'loudest' });
// @ts-expect-error A provider is one of three.
parallelProcess('t', subtasks, { provider: 'acme' });
// @ts-expect-error A batch alone has a stream of results.
voting('?').results();
// @ts-expect-error A run is made by a pattern alone.
new ParallelRun();

export { checked, completedTasks, leader, metadata, running, winner };
