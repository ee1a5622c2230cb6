// @ts-check
/** Runs a pattern, and keeps its events: one run at a time. */

import { RunRecord } from './record.js';

/**
 * @typedef {object} Order
 * @property {string} pattern  the name of the package's function
 * @property {unknown[]} args
 * @property {Record<string, any>} options
 * @property {import('../patterns/plan.js').Planned[]} [plan]  what is expected to run
 * @property {boolean} [isOpened]  whether it was read from a file
 * @property {string} [pricedAs]  whose prices these are
 * @property {string} [badge]  what has to be known of its answers
 */

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

  /** @type {import('parallelization-agent').ParallelRun<any> | null} */
  #run = null;
  #onChange;

  /** @param {() => void} onChange  called when a run begins and when it ends; what is in between is there to be read */
  constructor(onChange) {
    this.#onChange = onChange;
  }

  get isRunning() {
    return this.#run !== null;
  }

  /** What its limits hold back at the moment. */
  get pools() {
    return this.#run?.snapshot().pools ?? [];
  }

  /**
   * @param {Record<string, any>} api  the package
   * @param {Order} order
   */
  async start(api, order) {
    this.stop();
    const record = new RunRecord();
    /** @type {import('./record.js').RunEvent[]} */
    const events = [];
    Object.assign(this, { record, events, order, error: null, result: null });
    const onEvent = (/** @type {import('./record.js').RunEvent} */ event) => {
      events.push(event);
      record.apply(event);
    };
    const run = api[order.pattern](...order.args, { ...order.options, onEvent });
    this.#run = run;
    this.#onChange();
    try {
      const result = await run;
      if (this.#run === run) this.result = result;
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
    const order = { pattern, args, options: {}, isOpened: true };
    Object.assign(this, { record, events, order, error, result: failed ? null : result });
    this.#onChange();
  }

  /** Ends the run and every request of it. */
  stop() {
    this.#run?.abort('Stopped on the page');
  }
}
