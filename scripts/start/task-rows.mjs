// @ts-check
/** What is known of each task of a run, gathered from the run's AG-UI events. */

import jsonPatch from 'fast-json-patch';

/**
 * @typedef {object} Row
 * @property {string} id
 * @property {string} status
 * @property {number} tokens
 * @property {number} pieces  of text that have come so far
 * @property {boolean} listed  whether the run's own table has it: that knows more of it than the other events do
 * @property {number} attempts
 * @property {number | null} startedAt
 * @property {number | null} durationMs
 */

/** @typedef {{ type: string, [field: string]: any }} Event */

export const finished = new Set(['completed', 'failed', 'skipped', 'cancelled']);

export class TaskRows {
  /** @type {Map<string, Row>} */
  #rows = new Map();
  /** @type {Map<string, string>} task ids by `subagentRunId` */
  #subagents = new Map();
  /** @type {Record<string, any>} */
  #activity = {};

  /** @param {string[]} ids */
  constructor(ids) {
    for (const id of ids) this.#row(id);
  }

  get all() {
    return [...this.#rows.values()];
  }

  /** @param {Event} event */
  apply(event) {
    if (event.type === 'ACTIVITY_SNAPSHOT') this.#showActivity(event.content);
    else if (event.type === 'ACTIVITY_DELTA')
      this.#showActivity(jsonPatch.applyPatch(this.#activity, event.patch).newDocument);
    else if (event.type === 'SUBAGENT_STARTED') {
      this.#subagents.set(event.subagentRunId, event.name);
      this.#start(this.#row(event.name));
    } else if (this.#subagents.has(event.subagentRunId)) {
      this.#applyTo(this.#row(this.#subagents.get(event.subagentRunId) ?? ''), event);
    }
  }

  /**
   * @param {Row} row
   * @param {Event} event
   */
  #applyTo(row, { type }) {
    if (type === 'TEXT_MESSAGE_CONTENT') row.pieces += 1;
    else if (row.listed) return;
    else if (type === 'SUBAGENT_FINISHED') this.#end(row, 'completed');
    else if (type === 'SUBAGENT_ERROR') this.#end(row, 'failed');
  }

  /** @param {Record<string, any>} activity */
  #showActivity(activity) {
    this.#activity = activity;
    for (const { id, status, tokens, attempts, durationMs } of activity.results ?? []) {
      const row = this.#row(id);
      Object.assign(row, { tokens, attempts, listed: true });
      if (status === 'running') this.#start(row);
      else if (finished.has(status)) this.#end(row, status, durationMs);
      else row.status = status;
    }
  }

  /** @param {Row} row */
  #start(row) {
    row.status = 'running';
    row.startedAt ??= performance.now();
  }

  /**
   * @param {Row} row
   * @param {string} status
   * @param {number} [durationMs]  by the run's own clock
   */
  #end(row, status, durationMs) {
    row.status = status;
    row.durationMs = durationMs ?? row.durationMs ?? (row.startedAt && performance.now() - row.startedAt);
  }

  /** @param {string} id */
  #row(id) {
    const known = this.#rows.get(id);
    if (known) return known;
    const row = {
      id,
      status: 'waiting',
      tokens: 0,
      pieces: 0,
      listed: false,
      attempts: 0,
      startedAt: null,
      durationMs: null,
    };
    this.#rows.set(id, row);
    return row;
  }
}
