// @ts-check
/** Runs a pattern, and keeps its events: one run at a time. */

import { startRun } from '../core/start.js';
import { RunRecord } from './record.js';

/** @typedef {import('./order.js').Order} Order */

/**
 * @typedef {object} Shown
 * @property {RunRecord} record
 * @property {import('./record.js').RunEvent[]} events
 * @property {Order | null} order
 * @property {any} error
 * @property {any} result
 */

/** @returns {Shown} */
const nothing = () => ({ record: new RunRecord(), events: [], order: null, error: null, result: null });

export class Session {
  record = new RunRecord();
  /** @type {import('./record.js').RunEvent[]} */
  events = [];
  /** @type {Order | null} */
  order = null;
  /** @type {any} */
  error = null;
  /** @type {any} */
  result = null;

  /** The last run of each form. @type {Map<string, Shown>} */
  #kept = new Map();
  /** @type {import('../core/start.js').Started | null} */
  #run = null;
  #onChange;

  /** @param {() => void} onChange  called when a run begins and when it ends */
  constructor(onChange) {
    this.#onChange = onChange;
  }

  get isRunning() {
    return this.#run !== null;
  }

  /**
   * Shows the last run of another form, or that there was none: what is on the screen belongs to
   * the form beside it.
   * @param {string} form
   */
  show(form) {
    const isShown = this.order ? this.order.form === form : !this.#kept.has(form);
    if (this.isRunning || isShown) return;
    const { record, events, order, error, result } = this;
    if (order) this.#kept.set(order.form, { record, events, order, error, result });
    Object.assign(this, this.#kept.get(form) ?? nothing());
    this.#onChange();
  }

  /** What its limits hold back at the moment. */
  get pools() {
    return this.#run?.pools() ?? [];
  }

  /** @param {Order} order */
  async start(order) {
    this.stop();
    const record = new RunRecord();
    /** @type {import('./record.js').RunEvent[]} */
    const events = [];
    Object.assign(this, { record, events, order, error: null, result: null });
    const run = startRun(order, (news) => {
      for (const event of news) {
        events.push(event);
        record.apply(event);
      }
    });
    this.#run = run;
    this.#onChange();
    try {
      await run.ended;
      if (this.#run === run) this.result = record.result;
    } catch (error) {
      if (this.#run === run) this.error = error;
      record.settle(/** @type {any} */ (error)?.results);
      if (/** @type {any} */ (error)?.code === 'ABORTED') record.stop();
      else record.phase = 'failed';
    } finally {
      if (this.#run === run) this.#run = null;
      this.#onChange();
    }
  }

  /**
   * Shows a run that was exported.
   * @param {import('./export.js').Exported} file
   */
  open({ pattern = '', args = [], result, events }) {
    const record = new RunRecord();
    for (const event of events) record.apply(event);
    const failed = result?.error !== undefined;
    const error = failed ? { ...result, message: result.error } : null;
    if (failed) record.settle(result.results);
    if (result?.code === 'ABORTED') record.stop();
    const order = { pattern, args, options: {}, form: '' };
    Object.assign(this, { record, events, order, error, result: failed ? null : result });
    this.#onChange();
  }

  /** Ends the run and every request of it. */
  stop() {
    this.#run?.stop();
  }
}
