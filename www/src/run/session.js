// @ts-check
/**
 * Runs a pattern, and has all of the state of what is shown: one run at a time. An effect that
 * reads any of it runs again when that changes.
 */

import { batch, signal } from '@preact/signals-core';
import { startRun } from '../core/start.js';
import { everyFrame } from '../dom/frame.js';
import { EventReader } from './events.js';
import { Look } from './look.js';
import { RunRecord } from './record.js';

/** @typedef {import('./order.js').Order} Order */
/** @typedef {import('./events.js').RunEvent} RunEvent */
/** @typedef {import('parallelization-agent').PoolStatus} PoolStatus */

/**
 * @typedef {object} Shown
 * @property {RunRecord} record
 * @property {RunEvent[]} events
 * @property {Omit<Order, 'world'> | null} order
 * @property {any} error
 * @property {any} result
 * @property {Look} look
 */

/** Bars that grow are smooth enough at half of the frames, which costs half. */
const frameMs = 30;
/** What has happened is let through a little less often than eyes can tell. */
const newsMs = 80;
/** The same for those who want less motion. */
const calmNewsMs = 500;
/** A run that has just begun is not drawn as wide as the page. */
const leastSpanMs = 1500;
/** Of a run's time: what moves by less cannot be seen. */
const finestShare = 1 / 1500;

/** @returns {Shown} */
const nothing = () => ({
  record: new RunRecord(),
  events: [],
  order: null,
  error: null,
  result: null,
  look: new Look(),
});

export class Session {
  #shown = signal(nothing());
  /** @type {import('@preact/signals-core').Signal<import('../core/start.js').Started | null>} */
  #run = signal(null);
  /** Up to when news have been let through. */
  #clock = signal(0);
  #frameAt = signal(0);
  /** @type {import('@preact/signals-core').Signal<PoolStatus[]>} */
  #pools = signal([]);
  /** The last run of each form. @type {Map<string, Shown>} */
  #kept = new Map();
  #calm = matchMedia('(prefers-reduced-motion: reduce)');

  get record() {
    return this.#shown.value.record;
  }

  get events() {
    return this.#shown.value.events;
  }

  get order() {
    return this.#shown.value.order;
  }

  get error() {
    return this.#shown.value.error;
  }

  get result() {
    return this.#shown.value.result;
  }

  get look() {
    return this.#shown.value.look;
  }

  get isRunning() {
    return this.#run.value !== null;
  }

  /** What its limits hold back at the moment. */
  get pools() {
    return this.#pools.value;
  }

  /** How long it has run, for what moves: the record's own goes on with the news alone. */
  get elapsed() {
    return this.record.elapsedAt(this.#frameAt.value);
  }

  /**
   * What the width of the timeline stands for, in milliseconds.
   * @param {number} [elapsed]
   */
  span(elapsed = this.record.elapsed) {
    return Math.max(this.isRunning ? leastSpanMs : 1, elapsed);
  }

  /**
   * Shows the last run of another form, or that there was none: what is on the screen belongs to
   * the form beside it.
   * @param {string} form
   */
  show(form) {
    const shown = this.#shown.value;
    const isShown = shown.order ? shown.order.form === form : !this.#kept.has(form);
    if (this.isRunning || isShown) return;
    if (shown.order) this.#kept.set(shown.order.form, shown);
    this.#shown.value = this.#kept.get(form) ?? nothing();
  }

  /** @param {Order} order */
  async start(order) {
    /** @type {RunEvent[]} */
    const events = [];
    const record = new RunRecord(() => this.#clock.value);
    const reader = new EventReader(record);
    const run = startRun(order, (news) => {
      for (const event of news) events.push(event);
    });
    let read = 0;
    const letThrough = () =>
      batch(() => {
        this.#clock.value = this.#frameAt.value = Date.now();
        this.#pools.value = run.pools();
        reader.read(events.slice(read));
        read = events.length;
      });
    batch(() => {
      this.#shown.value = { ...nothing(), record, events, order };
      this.#run.value = run;
    });
    const stopFrames = everyFrame((time) => this.#onFrame(time, letThrough));
    /** @type {any} */
    const error = await run.ended.catch((reason) => reason);
    stopFrames();
    batch(() => {
      letThrough();
      if (error) endBadly(record, error);
      this.#pools.value = [];
      this.#run.value = null;
      this.#shown.value = {
        ...this.#shown.value,
        error: error ?? null,
        result: error ? null : record.result,
      };
    });
  }

  #toldAt = 0;
  #movedAt = 0;

  /**
   * @param {number} time
   * @param {() => void} letThrough
   */
  #onFrame(time, letThrough) {
    const isCalm = this.#calm.matches;
    if (time - this.#toldAt >= (isCalm ? calmNewsMs : newsMs)) {
      this.#toldAt = this.#movedAt = time;
      letThrough();
    } else if (!isCalm && time - this.#movedAt >= Math.max(frameMs, this.record.elapsed * finestShare)) {
      this.#movedAt = time;
      this.#frameAt.value = Date.now();
    }
  }

  /**
   * Shows a run that was exported.
   * @param {import('./export.js').Exported} file
   */
  open({ pattern = '', args = [], result, events }) {
    const record = new RunRecord(() => events.at(-1)?.timestamp ?? 0);
    new EventReader(record).read(events);
    const failed = result?.error !== undefined;
    const error = failed ? { ...result, message: result.error } : null;
    if (error) endBadly(record, error);
    const order = { pattern, args, options: {}, form: '' };
    this.#shown.value = { ...nothing(), record, events, order, error, result: failed ? null : result };
  }

  /** Ends the run and every request of it. */
  stop() {
    this.#run.value?.stop();
  }
}

/**
 * @param {RunRecord} record
 * @param {any} error
 */
function endBadly(record, error) {
  record.settle(error.results);
  if (error.code === 'ABORTED') record.stop();
  else record.fail();
}
