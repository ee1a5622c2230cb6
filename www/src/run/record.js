// @ts-check
/**
 * What is known of a run. Draws nothing: an effect that reads any of it runs again when that
 * changes.
 */

import { signal } from '@preact/signals-core';
import { Growing } from './growing.js';
import { Task } from './task.js';

/** @typedef {{ at: number, name: string, value: any }} Note */
/** @typedef {'idle' | 'running' | 'complete' | 'failed' | 'cancelled'} Phase */

/**
 * @typedef {object} Known
 * @property {Phase} phase
 * @property {string} activity  what the run itself says: starting, running, aggregating, complete
 * @property {string} strategy
 * @property {number} retries
 * @property {Record<string, any>} sums  its own, as far as it has sent them: `totalTokens`,
 *   `totalCost`
 * @property {any} result
 * @property {number | null} endedAt
 * @property {Task | null} ownSummary  the call that puts the results together, once it is made
 */

/** @type {Known} */
const nothing = {
  phase: 'idle',
  activity: 'starting',
  strategy: '',
  retries: 0,
  sums: {},
  result: null,
  endedAt: null,
  ownSummary: null,
};

export class RunRecord {
  #known = signal(nothing);
  /** @type {Growing<Task>} */
  #tasks = new Growing();
  /** @type {Growing<Note>} */
  #notes = new Growing();
  /** @type {Growing<{ at: number, change: 1 | -1 }>} */
  #load = new Growing();
  /** @type {Map<string, Task>} */
  byId = new Map();

  #began = 0;
  #now;
  /** @type {Map<string, Task[]>} */
  #dependents = new Map();

  /** @param {() => number} [now]  the clock of the events' timestamps */
  constructor(now = Date.now) {
    this.#now = now;
  }

  get phase() {
    return this.#known.value.phase;
  }

  get activity() {
    return this.#known.value.activity;
  }

  get strategy() {
    return this.#known.value.strategy;
  }

  get retries() {
    return this.#known.value.retries;
  }

  get sums() {
    return this.#known.value.sums;
  }

  get result() {
    return this.#known.value.result;
  }

  get endedAt() {
    return this.#known.value.endedAt;
  }

  get ownSummary() {
    return this.#known.value.ownSummary;
  }

  get tasks() {
    return this.#tasks.items;
  }

  /** What is told beside the tasks: rate limits, hedges, the budget and the like. */
  get notes() {
    return this.#notes.items;
  }

  /** When requests began and ended. */
  get load() {
    return this.#load.items;
  }

  get elapsed() {
    return this.elapsedAt(this.#now());
  }

  /** @param {number} time  by the clock */
  elapsedAt(time) {
    if (this.#began === 0) return 0;
    return this.endedAt ?? Math.max(0, this.sinceItBegan(time));
  }

  get done() {
    return this.tasks.filter((task) => task.isOver).length;
  }

  /** @param {number} now */
  begin(now) {
    this.#began = now;
    this.change({ phase: 'running' });
  }

  /** @param {number} [time]  by the clock; the present without it */
  sinceItBegan(time = this.#now()) {
    return time - this.#began;
  }

  /** @param {Partial<Known>} part */
  change(part) {
    this.#known.value = { ...this.#known.value, ...part };
  }

  /**
   * @param {string} id
   * @param {string} type
   * @param {string[]} dependencies
   * @param {number} at
   * @param {boolean} [isOwn]
   */
  add(id, type, dependencies, at, isOwn = false) {
    const task = new Task(id, this.tasks.length, type, dependencies, isOwn);
    this.#tasks.push(task);
    this.byId.set(id, task);
    // A dependency may stand after what needs it: the lists are there before their tasks are.
    task.dependents = this.#dependentsOf(id);
    for (const name of dependencies) this.#dependentsOf(name).push(task);
    this.#settleReady(task, at);
    return task;
  }

  /** @param {string} id */
  #dependentsOf(id) {
    const known = this.#dependents.get(id);
    if (known) return known;
    /** @type {Task[]} */
    const list = [];
    this.#dependents.set(id, list);
    return list;
  }

  /**
   * @param {Task} task
   * @param {number} at
   */
  #settleReady(task, at) {
    if (task.readyAt === null && task.dependencies.every((id) => this.byId.get(id)?.status === 'completed')) {
      task.change({ readyAt: at });
    }
  }

  /** @param {Note} note  of a task, where its value names one */
  tell(note) {
    const { name, value } = note;
    if (name === 'retry') this.change({ retries: this.retries + 1 });
    else this.#notes.push(note);
    const task = this.byId.get(value?.taskId);
    task?.change({ notes: [...task.notes, note] });
    return task;
  }

  /**
   * @param {Task} task
   * @param {import('./task.js').Status} status
   * @param {number} at
   */
  become(task, status, at) {
    const before = task.status === 'running';
    task.become(status, at);
    const after = task.status === 'running';
    if (before !== after) this.#load.push({ at, change: after ? 1 : -1 });
    if (status === 'completed') for (const dependent of task.dependents) this.#settleReady(dependent, at);
  }

  /** The person has stopped it: what had come by then is there to be read. */
  stop() {
    this.change({ phase: 'cancelled' });
    for (const task of this.tasks) if (task.status === 'cancelled') task.change({ wasStopped: true });
  }

  /** It has no end of its own. */
  fail() {
    this.change({ phase: 'failed', endedAt: this.elapsed });
  }

  /**
   * What became of each task, as the run's result or error has it.
   * @param {Record<string, any> | undefined} results
   */
  settle(results) {
    for (const { taskId, result, error, metadata } of Object.values(results ?? {})) {
      const task = this.byId.get(taskId);
      if (!task) continue;
      if (typeof result === 'string') task.text = result;
      task.change({
        error: error ?? null,
        tokens: metadata?.tokens ?? task.tokens,
        cost: metadata?.cost ?? null,
        fromStore: metadata?.fromStore ?? false,
      });
    }
  }

  /**
   * @param {Phase} phase
   * @param {number} at
   */
  end(phase, at) {
    for (const task of this.tasks) if (!task.isOver) this.become(task, 'cancelled', at);
    this.change({ phase, endedAt: at });
  }
}
