// @ts-check
/** What became of a run, gathered from its events and its result: when each task was tried, and how that ended. */

/** @typedef {{ from: number, to: number, outcome: 'answered' | 'failed' | 'cut off', why?: string }} Attempt  milliseconds since the run began */

export class Task {
  status = 'waiting';
  hasBegun = false;
  /** @type {Attempt[]} */
  attempts = [];
  /** When what is under way began. @type {number | undefined} */
  since;
  text = '';
  /** @type {{ code: string, message: string, status?: number } | undefined} */
  error;
  /** As the result has it. @type {Record<string, any>} */
  metadata = {};

  /**
   * @param {string} name
   * @param {string[]} dependencies
   */
  constructor(name, dependencies) {
    this.name = name;
    this.dependencies = dependencies;
  }

  /**
   * @param {number} to
   * @param {Attempt['outcome']} outcome
   * @param {string} [why]
   */
  end(to, outcome, why) {
    if (this.since === undefined) return;
    this.attempts.push({ from: Math.min(this.since, to), to, outcome, ...(why && { why }) });
    this.since = undefined;
  }
}

export class RunRecord {
  /** @type {Task[]} */
  tasks = [];
  strategy = '';
  startedAt = 0;
  endedAt = 0;
  /** 'running' until the end. */
  status = 'running';
  /** @type {{ code?: string, message: string } | undefined} */
  error;
  /** Sums of the run. @type {Record<string, any>} */
  metadata = {};
  /** When a server asked for a pause. @type {{ from: number, to: number }[]} */
  pauses = [];
  /** @type {Map<string, Task>} */
  #byId = new Map();
  /** @type {Map<string, Task>} */
  #bySubagent = new Map();
  /** As the run's table has them. @type {Task[]} */
  #rows = [];

  /** @param {any} event */
  apply(event) {
    const at = Math.max(0, (event.timestamp ?? 0) - this.startedAt);
    this.endedAt = event.type === 'RUN_STARTED' ? 0 : Math.max(this.endedAt, at);
    if (event.type === 'RUN_STARTED') this.startedAt = event.timestamp ?? 0;
    else if (event.type === 'STATE_SNAPSHOT') this.metadata = { ...event.snapshot };
    else if (event.type === 'STATE_DELTA') this.#sums(event.delta);
    else if (event.type === 'ACTIVITY_SNAPSHOT') this.#table(event.content);
    else if (event.type === 'ACTIVITY_DELTA') for (const change of event.patch) this.#patch(change, at);
    else if (event.type === 'CUSTOM') this.#custom(event.name, event.value, at);
    else if (event.type === 'RUN_FINISHED')
      this.#end(event.outcome?.type === 'cancelled' ? 'cancelled' : 'complete', at);
    else if (event.type === 'RUN_ERROR') this.#fail(event, at);
    else if (event.subagentRunId) this.#subagent(event, at);
  }

  /** @param {{ path: string, value: any }[]} changes */
  #sums(changes) {
    for (const { path, value } of changes) this.metadata[path.slice(1)] = value;
  }

  /** @param {any} content */
  #table({ strategy, results }) {
    this.strategy = strategy;
    this.#rows = results.map((/** @type {any} */ row) => this.#row(row));
  }

  /** @param {any} row */
  #row({ id, dependencies, status }) {
    const task = this.#byId.get(id) ?? this.#add(id, id, dependencies ?? []);
    task.status = status;
    return task;
  }

  /**
   * @param {string} id
   * @param {string} name
   * @param {string[]} dependencies
   */
  #add(id, name, dependencies) {
    const task = new Task(name, dependencies);
    this.#byId.set(id, task);
    this.tasks.push(task);
    return task;
  }

  /**
   * @param {{ path: string, value: any }} change
   * @param {number} at
   */
  #patch({ path, value }, at) {
    const [, list, index, field] = path.split('/');
    if (list !== 'results') return;
    if (field === undefined) this.#rows[index === '-' ? this.#rows.length : Number(index)] = this.#row(value);
    const task = this.#rows[Number(index)];
    if (!task || field !== 'status') return;
    task.status = value;
    // A try that was waited for begins.
    if (value === 'running' && (task.since === undefined || task.since > at)) task.since = at;
  }

  /**
   * @param {string} name
   * @param {any} value
   * @param {number} at
   */
  #custom(name, value, at) {
    if (name === 'rateLimit') this.pauses.push({ from: at, to: at + value.pauseMs });
    const task = this.#byId.get(value?.taskId);
    if (name !== 'retry' || !task) return;
    task.end(at, 'failed', value.status ? `${value.code} (${value.status})` : value.code);
    // Unless the table says it better.
    task.since = at + value.waitMs;
    if (value.discardsText) task.text = '';
  }

  /**
   * @param {any} event
   * @param {number} at
   */
  #subagent(event, at) {
    const { type, subagentRunId, taskId = event.name } = event;
    if (type === 'SUBAGENT_STARTED') {
      const listed = this.#byId.get(taskId);
      // The run's own call may be called as one of its tasks.
      const task =
        listed && !listed.hasBegun ? listed : this.#add(taskId, taskId, event.metadata?.dependencies ?? []);
      this.#bySubagent.set(subagentRunId, task);
      task.hasBegun = true;
      task.status = 'running';
      task.since ??= at;
      return;
    }
    const task = this.#bySubagent.get(subagentRunId);
    if (!task) return;
    if (type === 'TEXT_MESSAGE_CONTENT') task.text += event.delta;
    else if (type === 'SUBAGENT_FINISHED') this.#settled(task, at, 'completed');
    else if (type === 'SUBAGENT_ERROR') {
      task.error = { code: event.code, message: event.message };
      this.#settled(task, at, event.code === 'ABORTED' ? 'cancelled' : 'failed');
    }
  }

  /**
   * @param {Task} task
   * @param {number} at
   * @param {string} status
   */
  #settled(task, at, status) {
    task.status = status;
    const outcome = status === 'completed' ? 'answered' : status === 'failed' ? 'failed' : 'cut off';
    task.end(at, outcome, task.error?.code);
  }

  /**
   * What the result or the error of a run has of its tasks.
   * @param {{ results?: any[], metadata?: Record<string, any> } | undefined} outcome
   */
  settle(outcome) {
    for (const { taskId, status, result, error, metadata } of outcome?.results ?? []) {
      const task = this.#byId.get(taskId) ?? this.#add(taskId, taskId, []);
      Object.assign(task, { status, metadata: metadata ?? {} });
      if (typeof result === 'string') task.text = result;
      if (error) task.error = error;
    }
    Object.assign(this.metadata, outcome?.metadata);
  }

  /** @param {Record<string, string | number>} names  by which tasks are shown */
  rename(names) {
    for (const [id, task] of this.#byId) if (Object.hasOwn(names, id)) task.name = String(names[id]);
  }

  /**
   * @param {any} event
   * @param {number} at
   */
  #fail({ code, message }, at) {
    this.error = { code, message };
    this.#end(code === 'ABORTED' ? 'cancelled' : 'failed', at);
  }

  /**
   * @param {string} status
   * @param {number} at
   */
  #end(status, at) {
    this.status = status;
    for (const task of this.tasks) {
      if (task.since !== undefined && task.since < at) task.end(at, 'cut off');
      task.since = undefined;
      if (['waiting', 'running', 'retrying'].includes(task.status)) task.status = 'cancelled';
    }
  }
}
