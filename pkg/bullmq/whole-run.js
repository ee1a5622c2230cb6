// @ts-check
/**
 * A run that goes through the queue as one job: its graph stays in one process, and its events come
 * by the job's log.
 */

import { InvalidInputError } from '../errors.js';
import { nothingYet, ParallelRun } from '../run.js';
import { JobLog } from './job-log.js';
import { opened, queueFailed } from './jobs.js';
import { Relay } from './relay.js';
import { nameOf } from './work.js';

/** @typedef {import('./work.js').Work} Work */
/** @typedef {import('./work.js').Job} Job */
/** @typedef {import('./jobs.js').Jobs} Jobs */
/** @typedef {import('../index.js').Store} Store */

/**
 * @param {Work} work
 * @param {Jobs} jobs
 * @param {Store | undefined} store
 */
export function enqueueRun({ strategy, args, options, own }, jobs, store) {
  const { runId, threadId } = own;
  /** @type {Job} */
  const said = { version: 1, strategy, args, options };
  if (runId !== undefined) said.runId = runId;
  if (threadId !== undefined) said.threadId = threadId;
  const id = nameOf(said);
  // A producer that adds the same work waits for the same run, under the same name.
  const job = { ...said, runId: runId ?? id };
  const begin = async (
    /** @type {[string, string]} */ [runId, threadId],
    /** @type {(run: any) => void} */ begun,
  ) => {
    const run = new WholeRun({ runId, threadId }, id, job, jobs, store);
    begun(run);
    return /** @type {any} */ (run);
  };
  return new ParallelRun({ ...own, runId: job.runId }, strategy, begin);
}

class WholeRun {
  #id;
  #job;
  #jobs;
  #store;
  #log;
  #relay;
  #controller = new AbortController();
  /** @type {Record<string, any> | undefined} */
  #metadata;

  /**
   * @param {{ runId: string, threadId: string }} ids
   * @param {string} id  of the job
   * @param {Job} job
   * @param {Jobs} jobs
   * @param {Store | undefined} store
   */
  constructor(ids, id, job, jobs, store) {
    this.#id = id;
    this.#job = job;
    this.#jobs = jobs;
    this.#store = store;
    this.#relay = new Relay(ids, stateOf(ids.runId, job.strategy));
    this.#log = new JobLog(id, jobs, this.#relay);
    this.outcome = this.#drive();
  }

  abort() {
    this.#controller.abort();
  }

  snapshot() {
    const { state, running } = this.#relay;
    const { status: _, runningTasks: _running, ...sums } = state;
    return {
      runId: this.#job.runId,
      strategy: this.#job.strategy,
      ...nothingYet,
      ...sums,
      ...this.#metadata,
      running: this.#metadata ? [] : [...running],
      pools: [],
    };
  }

  /** @param {import('../events.js').Emit} late @param {import('../events.js').Emit} emit */
  listen(late, emit) {
    this.#relay.listen(late, emit);
  }

  async #drive() {
    // A listener that is there at once gets all events from the first on.
    await null;
    const { signal } = this.#controller;
    try {
      const ended = await this.#jobs.outcome(this.#id, this.#job, signal, () => this.#log.read());
      await this.#log.read();
      const { value, failure } = await opened(ended, this.#store);
      if (failure) throw failure;
      this.#metadata = value.metadata;
      this.#relay.end({ type: 'RUN_FINISHED', outcome: { type: 'success' } });
      return value;
    } catch (error) {
      if (signal.aborted) await this.#jobs.abort([this.#id]);
      const failure = signal.aborted ? this.#abortion() : asFailure(error);
      this.#metadata = failure.metadata;
      if (failure.code === 'ABORTED')
        this.#relay.end({ type: 'RUN_FINISHED', outcome: { type: 'cancelled' } });
      else this.#relay.end({ type: 'RUN_ERROR', message: failure.message, code: failure.code });
      throw failure;
    }
  }

  #abortion() {
    const { running: _, pools: _pools, ...metadata } = this.snapshot();
    return { code: 'ABORTED', message: 'The run was aborted.', results: [], metadata };
  }
}

/** Before it begins. @param {string} runId @param {string} strategy */
function stateOf(runId, strategy) {
  const { totalTasks, completedTasks, failedTasks, skippedTasks, cancelledTasks, ...sums } = nothingYet;
  const { totalTokens, totalCost, attempts, retries } = sums;
  const tasks = { totalTasks, completedTasks, failedTasks, skippedTasks, cancelledTasks, runningTasks: 0 };
  return { runId, strategy, status: 'starting', ...tasks, totalTokens, totalCost, attempts, retries };
}

/** @param {any} error */
function asFailure(error) {
  if (error?.issues) return new InvalidInputError(error.issues, error.totalIssues);
  if (error instanceof Error) return { ...queueFailed(error), cause: error };
  return error;
}
