// @ts-check
/** Puts work into a queue, and gives a run. */

import { checkOptions } from '../check-options.js';
import { enqueueBatch } from './batch.js';
import { jobsOf } from './jobs.js';
import { isStore } from './outcome.js';
import { enqueueRun } from './whole-run.js';
import { readWork, wrong } from './work.js';

/**
 * @param {import('../bullmq.js').QueueLike} queue
 * @param {any} work
 * @param {import('../bullmq.js').EnqueueOptions} options
 * @returns {any}
 */
export function enqueue(queue, work, options) {
  check(queue, options);
  const read = readWork(work);
  const jobs = jobsOf(queue, options.events);
  return read.strategy === 'batch'
    ? enqueueBatch(read, jobs, options.store)
    : enqueueRun(read, jobs, options.store);
}

/**
 * @param {any} queue
 * @param {any} options
 */
function check(queue, options) {
  if (!['add', 'getJob', 'getJobState', 'getJobLogs'].every((name) => typeof queue?.[name] === 'function'))
    throw wrong('queue', 'Expected a `Queue` of BullMQ.', queue);
  checkOptions(options, {
    events: { what: 'the `QueueEvents` of BullMQ for this queue', is: areEvents },
    store: { what: 'a store: an object with the methods `get` and `set`', is: isStore },
  });
  const { events } = options;
  if (!areEvents(events)) throw wrong('options.events', 'Expected `new QueueEvents(queue.name, …)`.', events);
  // Of another queue, no event would ever come.
  for (const name of ['name', 'qualifiedName']) {
    if (events[name] === queue[name]) continue;
    const message = `Expected the events of the queue itself, \`${queue[name]}\`, with the same \`prefix\`.`;
    throw wrong('options.events', message, events[name]);
  }
}

/** @param {any} value */
const areEvents = (value) => typeof value?.on === 'function' && typeof value.waitUntilReady === 'function';
