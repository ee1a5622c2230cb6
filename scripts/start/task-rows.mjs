// @ts-check
/** What is known of each task of some runs, gathered from the runs' AG-UI events. */

import jsonPatch from 'fast-json-patch';

/**
 * @typedef {object} Row
 * @property {string} id  with the number of its run, if that is not the first: `a#2`
 * @property {string} status
 * @property {number} tokens
 * @property {number} pieces  of text that have come so far
 * @property {boolean} listed  whether the run's own table has it, which knows more of it than the
 *   other events
 * @property {number} attempts
 * @property {number | null} startedAt
 * @property {number | null} durationMs
 */

/** @typedef {{ type: string, [field: string]: any }} Event */

export const finished = new Set(['completed', 'failed', 'skipped', 'cancelled']);

export class TaskRows {
  /** @type {Map<string, Row>} by `subagentRunId`, which has the run's id in it */
  #rows = new Map();
  /** @type {Map<string, Record<string, any>>} each run's table by `messageId`: the run's id */
  #activities = new Map();
  /** @type {string[]} the ids of the runs, in the order in which they began */
  #runs = [];

  get all() {
    return [...this.#rows.values()];
  }

  /** @param {Event} event */
  apply(event) {
    const { type, runId, messageId, subagentRunId } = event;
    if (type === 'RUN_STARTED') this.#runs.push(runId);
    else if (type === 'ACTIVITY_SNAPSHOT') this.#showActivity(messageId, event.content);
    else if (type === 'ACTIVITY_DELTA') {
      const { newDocument } = jsonPatch.applyPatch(this.#activities.get(messageId) ?? {}, event.patch);
      this.#showActivity(messageId, newDocument);
    } else if (type === 'SUBAGENT_STARTED') this.#start(this.#row(subagentRunId, event.name));
    else {
      const row = this.#rows.get(subagentRunId);
      if (row) this.#applyTo(row, event);
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

  /**
   * @param {string} runId
   * @param {Record<string, any>} activity
   */
  #showActivity(runId, activity) {
    this.#activities.set(runId, activity);
    for (const { id, status, tokens, attempts, durationMs } of activity.results ?? []) {
      const row = this.#row(`${runId}/${id}`, id);
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

  /**
   * @param {string} key
   * @param {string} id
   */
  #row(key, id) {
    const known = this.#rows.get(key);
    if (known) return known;
    const run = this.#runs.findIndex((runId) => key.startsWith(`${runId}/`)) + 1;
    const row = {
      id: run > 1 ? `${id}#${run}` : id,
      status: 'waiting',
      tokens: 0,
      pieces: 0,
      listed: false,
      attempts: 0,
      startedAt: null,
      durationMs: null,
    };
    this.#rows.set(key, row);
    return row;
  }
}
