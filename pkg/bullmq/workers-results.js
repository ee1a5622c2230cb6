// @ts-check
/**
 * What the core of this process cannot know of an item, since a worker did it: how often it tried,
 * what it cost, what tools it ran, and why it failed. It is put in wherever the core tells of the
 * item.
 */

import { InvalidInputError } from '../errors.js';

/** @typedef {import('./items.js').Items} Items */
/** @typedef {import('../events.js').Emit} Emit */

/** What adds up. */
const sums = [
  'totalTokens',
  'promptTokens',
  'completionTokens',
  'attempts',
  'retries',
  'hedges',
  'fromStoreTasks',
];
/** And what of it the state tells. */
const toldSums = ['totalTokens', 'totalCost', 'attempts', 'retries'];

export class WorkersResults {
  #items;
  /** @type {Record<string, number>} */
  #sums = Object.fromEntries(sums.map((name) => [name, 0]));
  /** Null once there is a call without a price. @type {number | null | undefined} */
  #cost;
  #longestMs = 0;
  #workMs = 0;

  /** @param {Items} items */
  constructor(items) {
    this.#items = items;
    items.onResult = ({ task, metadata }) => {
      for (const name of sums) this.#sums[name] += metadata[name] ?? 0;
      if (metadata.totalCost !== undefined)
        this.#cost =
          metadata.totalCost === null || this.#cost === null ? null : (this.#cost ?? 0) + metadata.totalCost;
      const durationMs = task.metadata?.durationMs ?? 0;
      this.#longestMs = Math.max(this.#longestMs, durationMs);
      this.#workMs += durationMs;
    };
  }

  /** @param {string} taskId */
  #of(taskId) {
    return this.#items.results.get(this.#items.numbers.get(taskId) ?? -1)?.task;
  }

  /** The worker's result of a task. Its times are those of the run. @param {any} local */
  task(local) {
    const task = this.#of(local.taskId);
    if (!task) return local;
    const { startedAtMs, durationMs, waitedMs } = local.metadata;
    const own = { ...local.metadata, provider: null, model: null, ...task.metadata };
    const queuedMs = Math.max(0, durationMs - (task.metadata?.durationMs ?? 0));
    const metadata = {
      ...own,
      startedAtMs: own.attempts === 0 ? null : startedAtMs + queuedMs,
      waitedMs: waitedMs + queuedMs,
    };
    return { ...task, taskId: local.taskId, metadata };
  }

  /** @param {Promise<any>} inner */
  outcome(inner) {
    return inner.then(
      (result) => this.#whole(result),
      (failure) => {
        const { invalid } = this.#items;
        if (invalid && failure.code !== 'ABORTED')
          throw new InvalidInputError(invalid.issues, invalid.totalIssues);
        throw this.#whole(failure);
      },
    );
  }

  /** @param {any} result  or failure */
  #whole(result) {
    if (!result?.metadata || result instanceof Error) return result;
    const results = result.results?.map((/** @type {any} */ task) => this.task(task)) ?? [];
    const metadata = this.snapshot(result.metadata);
    const error = this.#of(/Task `(.+?)` failed: /.exec(result.message ?? '')?.[1] ?? '')?.error;
    if (!error) return Object.assign(result, { results, metadata });
    const message = result.message.replace('`complete` failed: ', '');
    const { status: _, ...rest } = result;
    return {
      ...rest,
      ...(error.status !== undefined && { status: error.status }),
      results,
      metadata,
      message,
      cause: error,
    };
  }

  /** The sums of a run. @param {any} local */
  snapshot(local) {
    if (!local) return local;
    const [criticalPathMs, sequentialTimeMs] = [this.#longestMs, this.#workMs];
    return { ...local, ...this.#sums, totalCost: this.#cost ?? null, criticalPathMs, sequentialTimeMs };
  }

  /**
   * The core's events, with what the workers know.
   * @param {Emit} emit
   * @returns {Emit}
   */
  events(emit) {
    return (event) => {
      if (event.type === 'RUN_FINISHED') emit(this.#lastSums());
      emit(this.#event(event));
    };
  }

  /** @returns {import('../events.js').Event} */
  #lastSums() {
    const all = this.snapshot({});
    const delta = toldSums.map((name) => ({ op: 'replace', path: `/${name}`, value: all[name] }));
    return { type: 'STATE_DELTA', delta, timestamp: Date.now() };
  }

  /** @param {import('../events.js').Event} event */
  #event(event) {
    if (event.type === 'SUBAGENT_ERROR') {
      const { code, message } = this.#of(event.taskId)?.error ?? event;
      return { ...event, code, message };
    }
    if (event.type === 'RUN_ERROR') {
      const { invalid } = this.#items;
      const message = invalid
        ? new InvalidInputError(invalid.issues, invalid.totalIssues).message
        : event.message.replace('`complete` failed: ', '');
      return { ...event, message, ...(invalid && { code: 'INVALID_INPUT' }) };
    }
    if (event.type === 'ACTIVITY_SNAPSHOT') {
      const results = event.content.results.map((/** @type {any} */ row) => this.#row(row));
      return { ...event, content: { ...event.content, results } };
    }
    if (event.type === 'ACTIVITY_DELTA')
      return { ...event, patch: event.patch.map((/** @type {any} */ change) => this.#change(change)) };
    return event;
  }

  /** @param {any} row */
  #row(row) {
    const task = this.#of(row.id);
    if (!task?.metadata || row.status === 'cancelled') return row;
    const { attempts, tokens } = task.metadata;
    return { ...row, attempts, tokens, error: task.error?.code ?? null };
  }

  /** @param {any} change */
  #change(change) {
    const [, number, field] = /^\/results\/(\d+)\/(attempts|tokens|error)$/.exec(change.path) ?? [];
    const task = field && this.#items.results.get(Number(number))?.task;
    if (!task) return change;
    const value = field === 'error' ? (task.error?.code ?? null) : (task.metadata?.[field] ?? change.value);
    return { ...change, value };
  }
}
