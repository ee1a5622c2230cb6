// @ts-check
/** Reads the AG-UI events of a run into its record. */

import { batch } from '@preact/signals-core';

/** @typedef {{ type: string, timestamp?: number, [field: string]: any }} RunEvent */
/** @typedef {import('./task.js').Task} Task */

export class EventReader {
  #record;
  #runId = '';
  /** @type {Map<string, Task>} */
  #bySubagent = new Map();
  /**
   * As the run's table has them: auxiliary calls, which have no rows, may stand before.
   * @type {Task[]}
   */
  #rows = [];

  /** @param {import('./record.js').RunRecord} record */
  constructor(record) {
    this.#record = record;
  }

  /** @param {RunEvent[]} events */
  read(events) {
    batch(() => {
      for (const event of events) this.#apply(event);
    });
  }

  /** @param {RunEvent} event */
  #apply(event) {
    const at = this.#record.sinceItBegan(event.timestamp);
    if (event.type === 'RUN_STARTED') this.#begin(event);
    else if (event.type === 'ACTIVITY_SNAPSHOT') this.#show(event.content, at);
    else if (event.type === 'ACTIVITY_DELTA') for (const change of event.patch) this.#patch(change, at);
    else if (event.type === 'STATE_SNAPSHOT') this.#record.change({ sums: event.snapshot });
    else if (event.type === 'STATE_DELTA') this.#sum(event.delta);
    else if (event.type === 'CUSTOM') this.#custom(event, at);
    else if (event.type === 'RUN_FINISHED') this.#finish(event, at);
    else if (event.type === 'RUN_ERROR') this.#record.end('failed', at);
    else if (event.subagentRunId) this.#subagent(event, at);
  }

  /** @param {RunEvent} event */
  #begin({ timestamp = Date.now(), runId }) {
    this.#runId = runId;
    this.#record.begin(timestamp);
  }

  /**
   * @param {any} content
   * @param {number} at
   */
  #show({ strategy, status, results }, at) {
    this.#record.change({ strategy, activity: status });
    this.#rows = results.map((/** @type {any} */ row) => this.#row(row, at));
  }

  /**
   * @param {any} row
   * @param {number} at
   */
  #row({ id, type, status, dependencies, ...rest }, at) {
    const task = this.#record.byId.get(id) ?? this.#record.add(id, type, dependencies ?? [], at);
    task.change({ attempts: rest.attempts ?? 0, tokens: rest.tokens ?? 0 });
    if (status !== 'waiting') this.#record.become(task, status, at);
    return task;
  }

  /**
   * @param {RunEvent} event
   * @param {number} at
   */
  #addOwn({ name, description, metadata }, at) {
    const needs = metadata?.dependencies ?? [];
    const task = this.#record.add(this.#freeName(name), description ?? 'call', needs, at, true);
    if (task.readyAt === null) task.change({ readyAt: at });
    if (name === 'summary') this.#record.change({ ownSummary: task });
    return task;
  }

  /** A task of the caller's may have the name of a call of the run's own. @param {string} name */
  #freeName(name) {
    return this.#record.byId.has(name) ? `${name} (of the run)` : name;
  }

  /**
   * @param {{ op: string, path: string, value: any }} change  of RFC 6902
   * @param {number} at
   */
  #patch({ path, value }, at) {
    const [, first, index, field] = path.split('/');
    if (first === 'status') this.#record.change({ activity: value });
    if (first !== 'results') return;
    if (field === undefined) {
      this.#rows[index === '-' ? this.#rows.length : Number(index)] = this.#row(value, at);
      return;
    }
    const task = this.#rows[Number(index)];
    if (!task) return;
    if (field === 'status') this.#record.become(task, value, at);
    else if (field === 'attempts' || field === 'tokens') task.change({ [field]: value });
  }

  /** @param {{ path: string, value: any }[]} changes  of RFC 6902 */
  #sum(changes) {
    const now = Object.fromEntries(changes.map(({ path, value }) => [path.slice(1), value]));
    this.#record.change({ sums: { ...this.#record.sums, ...now } });
  }

  /**
   * @param {RunEvent} event
   * @param {number} at
   */
  #custom({ name, value }, at) {
    const task = this.#record.tell({ at, name, value });
    if (!task) return;
    if (name === 'retry' && value.discardsText) task.text = '';
    // The table has no row that would tell this of a call of the run's own.
    if (name === 'retry' && task.isOwn) this.#record.become(task, 'retrying', at);
  }

  /**
   * @param {RunEvent} event
   * @param {number} at
   */
  #subagent(event, at) {
    if (event.type === 'SUBAGENT_STARTED') {
      // The summary, for one, is no task of the caller's, and has no row.
      const isTask = event.subagentRunId === `${this.#runId}/${event.name}`;
      const task = (isTask && this.#record.byId.get(event.name)) || this.#addOwn(event, at);
      this.#bySubagent.set(event.subagentRunId, task);
      this.#record.become(task, 'running', at);
      return;
    }
    const task = this.#bySubagent.get(event.subagentRunId);
    if (!task) return;
    if (task.isOwn && task.status === 'retrying')
      this.#record.become(task, 'running', task.triedAgainAt ?? at);
    if (event.type === 'TEXT_MESSAGE_CONTENT') task.text += event.delta;
    // Another message takes the place of one that was given up.
    else if (event.type === 'TEXT_MESSAGE_START') task.text = '';
    else if (event.type === 'REASONING_START') task.thoughts = '';
    else if (event.type === 'REASONING_MESSAGE_CONTENT') task.thoughts += event.delta;
    else if (event.type.startsWith('TOOL_CALL_')) task.tool(event, at);
    else if (event.type === 'SUBAGENT_FINISHED' && !task.isOver) this.#record.become(task, 'completed', at);
    else if (event.type === 'SUBAGENT_ERROR' && !task.isOver) {
      task.change({ error: { code: event.code, message: event.message } });
      this.#record.become(task, event.code === 'ABORTED' ? 'cancelled' : 'failed', at);
    }
  }

  /**
   * @param {RunEvent} event
   * @param {number} at
   */
  #finish({ result, outcome }, at) {
    this.#record.change({ result: result ?? null });
    this.#record.settle(result?.results);
    this.#record.end(outcome?.type === 'cancelled' ? 'cancelled' : 'complete', at);
  }
}
