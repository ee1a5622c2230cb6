// @ts-check
/**
 * The jobs of this process in one queue: adds them, and waits for what becomes of them. The queue's
 * events tell at once; that an event was lost, or the whole queue with a Redis that keeps nothing,
 * is found out by looking.
 */

import { unpack } from './outcome.js';

/** @typedef {import('../bullmq.js').QueueLike} Queue */
/** @typedef {import('../bullmq.js').QueueEventsLike} Events */
/** @typedef {import('./work.js').Job} Job */
/** @typedef {import('../index.js').Store} Store */
/** @typedef {{ job: Job, end(outcome: Ended): void, isRemoved: boolean, news(): void }} Waiter */
/** What events tell. @typedef {{ jobId: string }} Told */
/**
 * How a job ended: with what its worker gave, or why it gave nothing.
 * @typedef {{ value: any } | { failure: Record<string, any> }} Ended
 */

/** Between two looks at what is waited for, and how many jobs are looked at then. */
const lookMs = 1_000;
const atOnce = 500;
/** How long a job that is over can be had from the queue, in seconds. */
const keptSeconds = 3_600;
/** How long the end of a run waits until its jobs are taken out of a queue that does not answer. */
const patienceMs = 5_000;
/** Between two tries to take away what is left of an earlier run. */
const removalMs = 100;

const after = (/** @type {number} */ ms) => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Those of each pair of a queue and its events, since an emitter warns of more than ten listeners.
 * @type {WeakMap<object, WeakMap<object, Jobs>>}
 */
const all = new WeakMap();

/**
 * @param {Queue} queue
 * @param {Events} events
 */
export function jobsOf(queue, events) {
  const known = all.get(queue) ?? new WeakMap();
  all.set(queue, known);
  const jobs = known.get(events) ?? new Jobs(queue, events);
  known.set(events, jobs);
  return jobs;
}

export class Jobs {
  #queue;
  #ready;
  /** @type {Map<string, Set<Waiter>>} */
  #waiting = new Map();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /**
   * @param {Queue} queue
   * @param {Events} events
   */
  constructor(queue, events) {
    this.#queue = queue;
    // What happens before it listens is found by looking.
    this.#ready = events.waitUntilReady().catch(() => {});
    const each = (/** @type {string} */ id, /** @type {(waiter: Waiter) => void} */ tell) => {
      for (const waiter of this.#waiting.get(id) ?? []) tell(waiter);
    };
    for (const end of ['completed', 'failed'])
      events.on(end, (/** @type {Told} */ { jobId }) => void this.#look(jobId).catch(() => {}));
    events.on('progress', (/** @type {Told} */ { jobId }) => each(jobId, (waiter) => waiter.news()));
    events.on('removed', (/** @type {Told} */ { jobId }) => {
      each(jobId, (waiter) => {
        waiter.isRemoved = true;
      });
    });
  }

  /**
   * Adds a job, unless it is there already, and waits for its end.
   * @param {string} id
   * @param {Job} job
   * @param {AbortSignal} signal  ends the waiting, and not the job
   * @param {() => void} [news]  called when its worker has told something
   * @returns {Promise<Ended>}
   */
  async outcome(id, job, signal, news = () => {}) {
    // While the server is away, neither comes to an end.
    const isThere = await unlessAborted(
      signal,
      this.#ready.then(() => this.#makeRoom(id, signal)),
    );
    return new Promise((resolve, reject) => {
      /** @type {Waiter} */
      const waiter = { job, isRemoved: false, news, end: (ended) => leave(() => resolve(ended)) };
      const leave = (/** @type {() => void} */ then) => {
        const waiters = this.#waiting.get(id);
        waiters?.delete(waiter);
        if (waiters?.size === 0) this.#waiting.delete(id);
        signal.removeEventListener('abort', give);
        then();
      };
      const give = () => leave(() => reject(signal.reason));
      if (signal.aborted) return reject(signal.reason);
      signal.addEventListener('abort', give);
      this.#waiting.set(id, (this.#waiting.get(id) ?? new Set()).add(waiter));
      const begun = isThere ? this.#look(id).catch(() => {}) : this.#add(id, job);
      begun.then(
        // The end of the run did not find it in the queue.
        () => (signal.aborted ? this.abort([id]) : undefined),
        (error) => leave(() => reject(error)),
      );
      this.#keepLooking();
    });
  }

  /** @param {string} id @param {Job} job */
  async #add(id, job) {
    const kept = { age: keptSeconds };
    // The agent of the worker tries again by itself, and knows when it is of use.
    await this.#queue.add(job.strategy, job, {
      jobId: id,
      attempts: 1,
      removeOnComplete: kept,
      removeOnFail: kept,
    });
  }

  /**
   * Takes away what is left of a run that failed or was aborted.
   * @param {string} id
   * @param {AbortSignal} signal
   * @returns {Promise<boolean>} whether somebody has added the job already
   */
  async #makeRoom(id, signal) {
    while (!signal.aborted) {
      const job = await this.#queue.getJob(id);
      if (!job) return false;
      if (!job.data?.aborted && (await job.getState()) !== 'failed') return true;
      const isGone = await job.remove().then(
        () => true,
        () => false,
      );
      if (isGone) return false;
      // The worker is about to end it.
      await after(removalMs);
    }
    return false;
  }

  /**
   * Has jobs ended, by whichever worker has them. It waits for that only so long.
   * @param {string[]} ids
   */
  async abort(ids) {
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let timer;
    const late = new Promise((resolve) => {
      timer = setTimeout(resolve, patienceMs);
    });
    await Promise.race([Promise.all(ids.map((id) => this.#abortOne(id).catch(() => {}))), late]);
    clearTimeout(timer);
  }

  /** @param {string} id */
  async #abortOne(id) {
    const job = await this.#queue.getJob(id);
    if (!job || (await job.getState()) === 'completed') return;
    // A worker that has it holds it fast; it looks whether it is wanted.
    await job.remove().catch(() => job.updateData({ ...job.data, aborted: true }));
  }

  /**
   * What a worker has told of a job.
   * @param {string} id
   * @param {number} from  how much of it is known
   * @returns {Promise<string[]>}
   */
  async logs(id, from) {
    return (await this.#queue.getJobLogs(id, from, -1, true)).logs;
  }

  #keepLooking() {
    this.#timer ??= setTimeout(async () => {
      const ids = [...this.#waiting.keys()].slice(0, atOnce);
      await Promise.all(ids.map((id) => this.#look(id).catch(() => {})));
      // Those are looked at last the next time.
      for (const id of ids) {
        const waiters = this.#waiting.get(id);
        this.#waiting.delete(id);
        if (waiters) this.#waiting.set(id, waiters);
      }
      this.#timer = undefined;
      if (this.#queue.closing) this.#endAll();
      if (this.#waiting.size > 0) this.#keepLooking();
    }, lookMs);
  }

  /** Of a queue that is closed, nobody hears any more. */
  #endAll() {
    const failure = { json: queueFailed({ message: 'it was closed while the run waited for its jobs.' }) };
    for (const waiters of [...this.#waiting.values()])
      for (const waiter of [...waiters]) waiter.end({ failure });
  }

  /** Where a job stands by now. @param {string} id */
  async #look(id) {
    const waiters = this.#waiting.get(id);
    if (!waiters) return;
    const state = await this.#queue.getJobState(id);
    if (state === 'unknown') return this.#isLost(id, waiters);
    // The process that took it out has put it in again.
    for (const waiter of waiters) waiter.isRemoved = false;
    if (state !== 'completed' && state !== 'failed') return;
    const job = await this.#queue.getJob(id);
    if (!job) return;
    /** @type {Ended} */
    const ended = state === 'completed' ? { value: job.returnvalue } : { failure: failureOf(job) };
    for (const waiter of [...waiters]) waiter.end(ended);
  }

  /**
   * Somebody took it out of the queue, or the queue has lost it.
   * @param {string} id
   * @param {Set<Waiter>} waiters
   */
  async #isLost(id, waiters) {
    const [first] = waiters;
    if (!first) return;
    if (!first.isRemoved) return this.#add(id, first.job);
    const failure = { json: { code: 'ABORTED', message: 'The job was taken out of the queue.' } };
    for (const waiter of [...waiters]) waiter.end({ failure });
  }
}

/** Where its worker did not get to say more: what BullMQ says. @param {any} job */
function failureOf(job) {
  return job.progress?.failure ?? { json: queueFailed({ message: job.failedReason }) };
}

/**
 * It is the queue's failure, and not a model's.
 * @param {{ message: string }} error
 * @returns {Record<string, any>}
 */
export function queueFailed({ message }) {
  return { code: 'RUN_FAILED', message: `The queue failed: ${message}` };
}

/**
 * What a job's worker gave, or throws why it gave nothing.
 * @param {Ended} ended
 * @param {Store | undefined} store
 * @returns {Promise<{ value?: any, failure?: Record<string, any> }>}
 */
export async function opened(ended, store) {
  if ('failure' in ended) return { failure: await unpack(ended.failure, store) };
  const value = await unpack(ended.value, store);
  if (!value?.metadata) throw new Error('The worker gave nothing that `processor` gives.');
  return { value };
}

/**
 * @template T
 * @param {AbortSignal} signal
 * @param {Promise<T>} promise
 * @returns {Promise<T>}
 */
function unlessAborted(signal, promise) {
  return new Promise((resolve, reject) => {
    const give = () => reject(signal.reason);
    if (signal.aborted) give();
    signal.addEventListener('abort', give);
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', give));
  });
}
