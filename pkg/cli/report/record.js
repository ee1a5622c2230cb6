// @ts-check
/**
 * A run as its report shows it: what the demo page's own reader gathers from the events, and what
 * the result adds.
 */

import { EventReader } from '../../../www/src/run/events.js';
import { RunRecord } from '../../../www/src/run/record.js';

/** @typedef {'answered' | 'failed' | 'cut off'} Outcome */
/**
 * Its times are milliseconds since the run began.
 * @typedef {{ from: number, to: number, outcome: Outcome, why?: string }} Attempt
 */

/**
 * @typedef {object} Task
 * @property {string} name
 * @property {string[]} dependencies
 * @property {string} status
 * @property {Attempt[]} attempts
 * @property {string} text
 * @property {{ code: string, message: string } | null | undefined} error
 * @property {Record<string, any>} metadata  as the result has it
 */

export class ReportRecord {
  #run = new RunRecord();
  #reader = new EventReader(this.#run);
  /** What the result has of each task, by its id. @type {Map<string, any>} */
  #results = new Map();
  /** By which tasks are shown. @type {Record<string, string | number>} */
  #names = {};
  /** @type {Record<string, any> | undefined} */
  #sums;
  startedAt = 0;
  /** @type {{ code?: string, message: string } | undefined} */
  error;

  /** @param {any} event */
  apply(event) {
    if (event.type === 'RUN_STARTED') this.startedAt = event.timestamp ?? 0;
    if (event.type === 'RUN_ERROR') this.error = { code: event.code, message: event.message };
    this.#reader.read([event]);
  }

  /**
   * What the result or the error of a run has of its tasks.
   * @param {{ results?: any[], metadata?: Record<string, any> } | undefined} outcome
   */
  settle(outcome) {
    for (const result of outcome?.results ?? []) this.#results.set(result.taskId, result);
    this.#run.settle(outcome?.results);
    this.#sums = outcome?.metadata;
  }

  /** @param {Record<string, string | number>} names */
  rename(names) {
    this.#names = names;
  }

  get strategy() {
    return this.#run.strategy;
  }

  get status() {
    return this.error?.code === 'ABORTED' ? 'cancelled' : this.#run.phase;
  }

  get endedAt() {
    return this.#run.endedAt ?? 0;
  }

  /** Sums of the run. @returns {Record<string, any>} */
  get metadata() {
    return { ...this.#run.sums, ...this.#sums };
  }

  /** When a server asked for a pause. */
  get pauses() {
    const asked = this.#run.notes.filter(({ name }) => name === 'rateLimit');
    return asked.map(({ at, value }) => ({ from: at, to: at + value.pauseMs }));
  }

  /** @returns {Task[]} */
  get tasks() {
    const named = (/** @type {string} */ id) =>
      Object.hasOwn(this.#names, id) ? String(this.#names[id]) : id;
    const heard = this.#run.tasks.map((task) => {
      const { status = task.status, metadata = {} } = this.#results.get(task.id) ?? {};
      const dependencies = task.dependencies.map(named);
      const { text, error } = task;
      return {
        name: named(task.id),
        dependencies,
        status,
        attempts: attemptsOf(task),
        text,
        error,
        metadata,
      };
    });
    // Of what came from a store, the result alone tells.
    const others = [...this.#results.values()].filter(({ taskId }) => !this.#run.byId.has(taskId));
    const told = others.map(({ taskId, status, result, error, metadata = {} }) => {
      return {
        name: named(taskId),
        dependencies: [],
        status,
        attempts: [],
        text: result ?? '',
        error,
        metadata,
      };
    });
    return [...heard, ...told];
  }
}

/**
 * A try ends where the next is announced. It begins where the table says so, else after the wait.
 * @param {import('../../../www/src/run/task.js').Task} task
 */
function attemptsOf({ spans, notes, status, error, startedAt, endedAt }) {
  /** @type {Attempt[]} */
  const attempts = [];
  if (startedAt === null) return attempts;
  let from = startedAt;
  for (const { at, value } of notes.filter(({ name }) => name === 'retry')) {
    const why = value.status ? `${value.code} (${value.status})` : value.code;
    attempts.push({ from, to: at, outcome: 'failed', why });
    from = spans.find((span) => span.kind === 'running' && span.from >= at)?.from ?? at + value.waitMs;
  }
  // Whoever is ended while it waits is not tried again.
  const to = endedAt ?? from;
  if (to < from || (to === from && status === 'cancelled')) return attempts;
  const outcome = status === 'completed' ? 'answered' : status === 'failed' ? 'failed' : 'cut off';
  attempts.push({ from, to, outcome, ...(error && { why: error.code }) });
  return attempts;
}
