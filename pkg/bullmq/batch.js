// @ts-check
/**
 * A batch through the queue: each item is a job. The core of this process runs it, with a function
 * for a model that has a worker do the item; so the table, the events and the rules of a batch are
 * those of any other.
 */

import { batchRun } from '../agent.js';
import { origin } from '../context.js';
import { load } from '../core.js';
import { Items } from './items.js';
import { WorkersResults } from './workers-results.js';

/** @typedef {import('./work.js').Work} Work */
/** @typedef {import('./jobs.js').Jobs} Jobs */
/** @typedef {import('../index.js').Store} Store */
/** @typedef {import('./items.js').ItemResult} ItemResult */

/** The queue decides how many jobs run at once, and the worker's agent how long each may take. */
const withoutLimits = { concurrency: 100_000, timeoutMs: 2 ** 31 - 1, maxRetries: 0, instructions: '' };

/**
 * @param {Work} work
 * @param {Jobs} jobs
 * @param {Store | undefined} store
 */
export function enqueueBatch({ args: [inputs], options, own }, jobs, store) {
  const { signal, onEvent, onResult, runId, threadId, ...rules } = own;
  const items = new Items(options, runId, jobs, store);
  const results = new WorkersResults(items);
  const local = {
    ...withoutLimits,
    ...rules,
    stream: items.streams,
    complete: (/** @type {any} */ { messages }, /** @type {any} */ context) =>
      items.complete(Number(messages.at(-1).content), context.signal),
    ...(typeof onResult === 'function'
      ? {
          onResult: (/** @type {any} */ task, /** @type {any} */ context) =>
            onResult(results.task(task), context),
        }
      : onResult !== undefined && { onResult }),
  };
  return batchRun({ signal, onEvent, runId, threadId }, items.numbered(inputs), async (ids, begun, given) => {
    const [taken, take] = /** @type {[unknown, ((taken: [number, object]) => Promise<void>) | undefined]} */ (
      given
    );
    const instance = await load();
    const takeWorkers =
      take && ((/** @type {[number, any]} */ [index, task]) => take([index, results.task(task)]));
    items.isKept = rules.keepResults ?? !take;
    const inner = instance.agent(local).start('batch', [taken, takeWorkers], null, ids, origin(signal));
    const core = {
      abort: inner.abort,
      snapshot: () => results.snapshot(inner.snapshot()),
      outcome: results.outcome(inner.outcome).finally(() => items.abortOpen()),
      listen: (
        /** @type {import('../events.js').Emit} */ late,
        /** @type {import('../events.js').Emit} */ emit,
      ) => inner.listen(results.events(late), results.events(emit)),
    };
    begun(core);
    return core;
  });
}
