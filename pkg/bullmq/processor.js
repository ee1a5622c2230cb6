// @ts-check
/**
 * What a worker does with a job: it runs it on its agent, and tells what happens in the job's log.
 */

import { checkOptions } from '../check-options.js';
import { described, isStore, pack } from './outcome.js';
import { counts, wrong } from './work.js';

/** @typedef {import('./work.js').Job} Job */
/** @typedef {import('../index.js').Tool} Tool */

/**
 * A worker that was killed holds its jobs for as long as their lock lasts, and then until somebody
 * looks for such jobs. With BullMQ’s own 30 seconds each that was seen to take 60 to 90 seconds;
 * with these it is about 20 at most. A job of a busy process may seem lost more than once, which by
 * default fails it.
 */
export const recommended = Object.freeze({
  lockDuration: 15_000,
  stalledInterval: 5_000,
  maxStalledCount: 5,
});

/** Events are told together. */
const tellMs = 100;
/**
 * Between two looks whether a job is still wanted; longer for a large one, since a look reads all
 * of it.
 */
const lookMs = 500;
const lookMsForEachCharacter = 0.001;

/**
 * @param {import('../index.js').ParallelAgent} agent
 * @param {import('../bullmq.js').ProcessorOptions} [options]
 */
export function processor(agent, options = {}) {
  if (typeof agent?.batch !== 'function' || typeof agent.parallelProcess !== 'function')
    throw wrong('agent', 'Expected a `ParallelAgent`.', agent);
  const isMap = (/** @type {unknown} */ value) => typeof value === 'object' && value !== null;
  const isFunction = (/** @type {unknown} */ value) => typeof value === 'function';
  checkOptions(options, {
    tools: { what: 'an object with tools by their names', is: isMap },
    workers: { what: 'an object with workers by the types of tasks', is: isMap },
    complete: { what: 'a function', is: isFunction },
    store: { what: 'a store: an object with the methods `get` and `set`', is: isStore },
  });

  /** BullMQ gives a signal to who takes three arguments. */
  return async (
    /** @type {any} */ job,
    /** @type {string | undefined} */ token,
    /** @type {AbortSignal | undefined} */ signal,
  ) => {
    const wanted = watched(job, signal);
    const isItem = job.data?.strategy === 'batch';
    try {
      const run = begin(agent, job.data, options, wanted.signal);
      const told = isItem && !job.data.options.stream ? undefined : tell(job, run, token ?? '');
      const result = await run.finally(() => told);
      return await pack(isItem ? itemOf(result) : result, job.id, options.store);
    } catch (error) {
      const failure = await pack(described(error), job.id, options.store);
      // The queue tells its words, where it cannot take the whole.
      await job.updateProgress({ failure }).catch(() => {});
      throw error;
    } finally {
      wanted.end();
    }
  };
}

/** A batch goes through the queue item by item. @param {any} result */
const itemOf = ({ results: [task], metadata }) => ({ task, metadata });

/**
 * @param {any} agent
 * @param {Job} job
 * @param {import('../bullmq.js').ProcessorOptions} given
 * @param {AbortSignal} signal
 */
function begin(agent, job, given, signal) {
  const count = counts.get(job?.strategy);
  if (job?.version !== 1 || count === undefined || !Array.isArray(job.args))
    throw wrong('job', 'Expected a job that `enqueue` of this version of the package made.', job?.strategy);
  const { workers, complete, tools = {} } = given;
  const { runId, threadId, strategy } = job;
  const options = withTools(job.options, tools, 'options');
  const args = job.args.map((argument) =>
    strategy === 'batch' || strategy === 'mapReduce' ? argument : withTools(argument, tools, 'args'),
  );
  return agent[strategy](...args, ...Array(count - args.length).fill(undefined), {
    ...options,
    ...(workers && { workers: { ...workers, ...options.workers } }),
    ...(complete && { complete }),
    ...(runId !== undefined && { runId }),
    ...(threadId !== undefined && { threadId }),
    signal,
  });
}

/**
 * The tools in the place of their names, wherever a worker stands.
 * @param {any} value
 * @param {Record<string, Tool>} tools
 * @param {string} path
 * @returns {any}
 */
function withTools(value, tools, path) {
  if (Array.isArray(value)) return value.map((entry, index) => withTools(entry, tools, `${path}[${index}]`));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) => {
      const within = `${path}.${key}`;
      if (key !== 'tools' || !Array.isArray(entry)) return [key, withTools(entry, tools, within)];
      return [key, entry.map((name, index) => toolOf(name, tools, `${within}[${index}]`))];
    }),
  );
}

/**
 * @param {unknown} name
 * @param {Record<string, Tool>} tools
 * @param {string} path
 */
function toolOf(name, tools, path) {
  if (typeof name !== 'string') return name;
  if (Object.hasOwn(tools, name)) return tools[name];
  const known = Object.keys(tools).join(', ') || 'none';
  throw wrong(
    path,
    `The worker has no tool \`${name}\`. \`processor(agent, { tools })\` has: ${known}.`,
    name,
  );
}

/**
 * A signal that aborts when the worker's does, and when the producer wants the job no more.
 * @param {any} job
 * @param {AbortSignal | undefined} outer
 */
function watched(job, outer) {
  const controller = new AbortController();
  const follow = () => controller.abort(outer?.reason);
  if (outer?.aborted) follow();
  outer?.addEventListener('abort', follow);
  const pauseMs = lookMs + JSON.stringify(job.data ?? null).length * lookMsForEachCharacter;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const look = async () => {
    const now = await asItIs(job);
    if (now?.data?.aborted) controller.abort(new Error('The producer ended the run.'));
    else if (timer !== undefined) timer = setTimeout(look, pauseMs);
  };
  if (job.data?.aborted) controller.abort(new Error('The producer ended the run.'));
  else timer = setTimeout(look, pauseMs);
  return {
    signal: controller.signal,
    end() {
      clearTimeout(timer);
      timer = undefined;
      outer?.removeEventListener('abort', follow);
    },
  };
}

/**
 * The job as it lies in the queue by now. A queue that does not answer says nothing of it.
 * @param {any} job
 */
async function asItIs(job) {
  try {
    return await job.constructor.fromId(job.queue, job.id);
  } catch {
    return undefined;
  }
}

/**
 * Writes the events of a run into the log of its job, where the producer reads them, whenever it
 * begins to. The log outlives the worker; the progress of the job says how much there is.
 * @param {any} job
 * @param {AsyncIterable<any>} run
 * @param {string} attempt  tells it from those of other workers, and of this one
 */
async function tell(job, run, attempt) {
  /** @type {object[]} */
  let waiting = [];
  let isOver = false;
  let lost = false;
  const reading = (async () => {
    for await (const event of run) waiting.push(withoutResult(event));
    isOver = true;
  })();
  while (!isOver || waiting.length > 0) {
    await Promise.race([reading, new Promise((resolve) => setTimeout(resolve, tellMs))]);
    const events = waiting;
    waiting = [];
    if (events.length === 0 || lost) continue;
    try {
      const rows = await job.log(JSON.stringify({ attempt, events }));
      await job.updateProgress({ rows });
    } catch {
      // Who waits for the result gets it all the same.
      lost = true;
    }
  }
}

/** The result comes by itself. @param {any} event */
function withoutResult(event) {
  if (event.type !== 'RUN_FINISHED') return event;
  const { result: _, ...rest } = event;
  return rest;
}
