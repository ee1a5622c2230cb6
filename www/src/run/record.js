// @ts-check
/** The state of a run, gathered from its AG-UI events. Draws nothing. */

import { Task } from './task.js';

/** @typedef {{ type: string, timestamp?: number, [field: string]: any }} RunEvent */
/** @typedef {{ at: number, name: string, value: any }} Note */
/** @typedef {'idle' | 'running' | 'complete' | 'failed' | 'cancelled'} Phase */

export class RunRecord {
  /** @type {Task[]} */
  tasks = [];
  /** @type {Map<string, Task>} */
  byId = new Map();
  /** @type {Phase} */
  phase = 'idle';
  /** What the run itself says: starting, running, aggregating, complete. */
  activity = 'starting';
  strategy = '';
  retries = 0;
  /**
   * The run's own sums, as far as it has sent them: `totalTokens`, `totalCost`.
   * @type {Record<string, any>}
   */
  sums = {};
  /** What is told beside the tasks: rate limits, hedges, the budget and the like. @type {Note[]} */
  notes = [];
  /** @type {any} */
  result = null;
  /** @type {number | null} */
  endedAt = null;
  /** The call that puts the results together, once it is made. @type {Task | null} */
  ownSummary = null;
  /** Tasks that have changed since somebody last looked. @type {Set<Task>} */
  changed = new Set();
  /** Whether tasks were added since somebody last looked. */
  grew = false;
  /** @type {{ at: number, change: 1 | -1 }[]} when requests began and ended */
  load = [];

  #runId = '';
  #began = 0;
  #now;
  /** @type {Map<string, Task>} */
  #bySubagent = new Map();
  /** @type {Map<string, Task[]>} */
  #dependents = new Map();
  /**
   * As the run's table has them: auxiliary calls, which have no rows, may stand before.
   * @type {Task[]}
   */
  #rows = [];

  /** @param {() => number} [now]  the clock of the events' timestamps */
  constructor(now = Date.now) {
    this.#now = now;
  }

  get elapsed() {
    if (this.#began === 0) return 0;
    return this.endedAt ?? this.#now() - this.#began;
  }

  get done() {
    return this.tasks.filter((task) => task.isOver).length;
  }

  /** @param {RunEvent} event */
  apply(event) {
    const at = (event.timestamp ?? this.#now()) - this.#began;
    if (event.type === 'RUN_STARTED') this.#begin(event);
    else if (event.type === 'ACTIVITY_SNAPSHOT') this.#show(event.content, at);
    else if (event.type === 'ACTIVITY_DELTA') for (const change of event.patch) this.#patch(change, at);
    else if (event.type === 'STATE_SNAPSHOT') this.sums = { ...event.snapshot };
    else if (event.type === 'STATE_DELTA') for (const change of event.delta) this.#sum(change);
    else if (event.type === 'CUSTOM') this.#custom(event, at);
    else if (event.type === 'RUN_FINISHED') this.#finish(event, at);
    else if (event.type === 'RUN_ERROR') this.#end('failed', at);
    else if (event.subagentRunId) this.#subagent(event, at);
  }

  /** @param {RunEvent} event */
  #begin({ timestamp, runId }) {
    this.#runId = runId;
    this.#began = timestamp ?? this.#now();
    this.phase = 'running';
  }

  /**
   * @param {any} content
   * @param {number} at
   */
  #show({ strategy, status, results }, at) {
    this.strategy = strategy;
    this.activity = status;
    this.#rows = results.map((/** @type {any} */ row) => this.#row(row, at));
  }

  /**
   * @param {any} row
   * @param {number} at
   */
  #row({ id, type, status, dependencies, ...rest }, at) {
    const task = this.byId.get(id) ?? this.#add(id, type, dependencies ?? [], at);
    Object.assign(task, {
      attempts: rest.attempts ?? 0,
      tokens: rest.tokens ?? 0,
    });
    if (status !== 'waiting') this.#become(task, status, at);
    this.changed.add(task);
    return task;
  }

  /**
   * @param {string} id
   * @param {string} type
   * @param {string[]} dependencies
   * @param {number} at
   */
  #add(id, type, dependencies, at) {
    const task = new Task(id, this.tasks.length, type, dependencies);
    this.tasks.push(task);
    this.byId.set(id, task);
    // A dependency may stand after what needs it: the lists are there before their tasks are.
    task.dependents = this.#dependentsOf(id);
    for (const name of dependencies) this.#dependentsOf(name).push(task);
    this.#settleReady(task, at);
    this.grew = true;
    return task;
  }

  /**
   * @param {RunEvent} event
   * @param {number} at
   */
  #addOwn({ name, description, metadata }, at) {
    const task = this.#add(this.#freeName(name), description ?? 'call', metadata?.dependencies ?? [], at);
    task.isOwn = true;
    task.readyAt ??= at;
    if (name === 'summary') this.ownSummary = task;
    return task;
  }

  /** A task of the caller's may have the name of a call of the run's own. @param {string} name */
  #freeName(name) {
    return this.byId.has(name) ? `${name} (of the run)` : name;
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
      task.readyAt = at;
      this.changed.add(task);
    }
  }

  /**
   * @param {{ op: string, path: string, value: any }} change  of RFC 6902
   * @param {number} at
   */
  #patch({ path, value }, at) {
    const [, first, index, field] = path.split('/');
    if (first === 'status') this.activity = value;
    if (first !== 'results') return;
    if (field === undefined) {
      this.#rows[index === '-' ? this.#rows.length : Number(index)] = this.#row(value, at);
      return;
    }
    const task = this.#rows[Number(index)];
    if (!task) return;
    if (field === 'status') this.#become(task, value, at);
    else if (field === 'attempts' || field === 'tokens') {
      Object.assign(task, { [field]: value });
    }
    this.changed.add(task);
  }

  /**
   * @param {Task} task
   * @param {import('./task.js').Status} status
   * @param {number} at
   */
  #become(task, status, at) {
    const before = task.status === 'running';
    task.become(status, at);
    const after = task.status === 'running';
    if (before !== after) this.load.push({ at, change: after ? 1 : -1 });
    if (status === 'completed') for (const dependent of task.dependents) this.#settleReady(dependent, at);
    this.changed.add(task);
  }

  /** @param {{ path: string, value: any }} change  of RFC 6902 */
  #sum({ path, value }) {
    this.sums[path.slice(1)] = value;
  }

  /**
   * @param {RunEvent} event
   * @param {number} at
   */
  #custom({ name, value }, at) {
    const task = this.byId.get(value?.taskId);
    if (name === 'retry') this.retries += 1;
    else this.notes.push({ at, name, value });
    if (!task) return;
    task.notes.push({ at, name, value });
    if (name === 'retry' && value.discardsText) task.text = '';
    // The table has no row that would tell this of a call of the run's own.
    if (name === 'retry' && task.isOwn) this.#become(task, 'retrying', at);
    this.changed.add(task);
  }

  /**
   * @param {RunEvent} event
   * @param {number} at
   */
  #subagent(event, at) {
    if (event.type === 'SUBAGENT_STARTED') {
      // The summary, for one, is no task of the caller's, and has no row.
      const isTask = event.subagentRunId === `${this.#runId}/${event.name}`;
      const task = (isTask && this.byId.get(event.name)) || this.#addOwn(event, at);
      this.#bySubagent.set(event.subagentRunId, task);
      this.#become(task, 'running', at);
      return;
    }
    const task = this.#bySubagent.get(event.subagentRunId);
    if (!task) return;
    if (task.isOwn && task.status === 'retrying') this.#become(task, 'running', task.triedAgainAt ?? at);
    if (event.type === 'TEXT_MESSAGE_CONTENT') task.text += event.delta;
    // Another message takes the place of one that was given up.
    else if (event.type === 'TEXT_MESSAGE_START') task.text = '';
    else if (event.type === 'REASONING_START') task.thoughts = '';
    else if (event.type === 'REASONING_MESSAGE_CONTENT') task.thoughts += event.delta;
    else if (event.type.startsWith('TOOL_CALL_')) task.tool(event, at);
    else if (event.type === 'SUBAGENT_FINISHED' && !task.isOver) this.#become(task, 'completed', at);
    else if (event.type === 'SUBAGENT_ERROR' && !task.isOver) {
      task.error = { code: event.code, message: event.message };
      this.#become(task, event.code === 'ABORTED' ? 'cancelled' : 'failed', at);
    }
    this.changed.add(task);
  }

  /** The person has stopped it: what had come by then is there to be read. */
  stop() {
    this.phase = 'cancelled';
    for (const task of this.tasks) {
      if (task.status !== 'cancelled') continue;
      task.wasStopped = true;
      this.changed.add(task);
    }
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
      task.error = error ?? null;
      task.tokens = metadata?.tokens ?? task.tokens;
      task.cost = metadata?.cost ?? null;
      task.fromStore = metadata?.fromStore ?? false;
      this.changed.add(task);
    }
  }

  /**
   * @param {RunEvent} event
   * @param {number} at
   */
  #finish({ result, outcome }, at) {
    this.result = result ?? null;
    this.settle(result?.results);
    this.#end(outcome?.type === 'cancelled' ? 'cancelled' : 'complete', at);
  }

  /**
   * @param {Phase} phase
   * @param {number} at
   */
  #end(phase, at) {
    for (const task of this.tasks) if (!task.isOver) this.#become(task, 'cancelled', at);
    this.phase = phase;
    this.endedAt = at;
  }
}
