// @ts-check
/**
 * What waits, and why: the server's pause, tries to come, the budget, the caller's own limits. Read
 * from a run's events.
 */

import { duration } from './words.js';

export class Waits {
  /** @type {{ until: number, why: string }} */
  #pause = { until: 0, why: '' };
  /**
   * Tries to come, by the names of their tasks.
   * @type {Map<string, { until: number, why: string }>}
   */
  #retries = new Map();
  /** Tasks for which the budget has no room yet. @type {Set<string>} */
  #held = new Set();
  /** Sums of the run. @type {Record<string, number>} */
  #sums = {};
  #ownLimits;
  /** How many calls the server refused for its rate. */
  refused = 0;

  /** @param {string[]} ownLimits  flags that bound how much is asked in a minute */
  constructor(ownLimits) {
    this.#ownLimits = ownLimits;
  }

  /**
   * @param {{ type: string, name?: string, value?: any, taskId?: string, delta?: any }} event
   * @param {number} [now]
   */
  apply({ type, name, value, taskId, delta }, now = performance.now()) {
    if (type === 'CUSTOM') this.#custom(String(name), value, now);
    else if (type === 'STATE_DELTA') for (const { path, value: sum } of delta) this.#sums[path] = sum;
    else if (taskId !== undefined) {
      // It is at work, or over.
      this.#held.delete(taskId);
      this.#retries.delete(taskId);
    }
  }

  /**
   * @param {string} name
   * @param {any} value
   * @param {number} now
   */
  #custom(name, value, now) {
    if (name === 'rateLimit') {
      this.#pause = { until: Math.max(this.#pause.until, now + value.pauseMs), why: '429' };
    } else if (name === 'retry') {
      if (value.status === 429) this.refused += 1;
      const retry = { until: now + value.waitMs, why: String(value.status ?? value.code) };
      this.#retries.set(value.taskId, retry);
      // What the pause is for is told with the try that has to wait for it.
      if (Math.abs(retry.until - this.#pause.until) < 50) this.#pause.why = retry.why;
    } else if (name === 'budget') {
      if (value.status === 'held') this.#held.add(value.taskId);
      else this.#held.delete(value.taskId);
    }
  }

  /**
   * @param {number} [now]
   * @returns {string[]} one part for each reason
   */
  told(now = performance.now()) {
    /** @type {string[]} */
    const parts = [];
    const pause = this.#pause.until - now;
    if (pause > 0) parts.push(`paused ${duration(pause / 1000)}: ${this.#pause.why}`);
    else this.#tellRetries(parts, now);
    if (this.#held.size > 0) parts.push(`${this.#held.size} held back: budget`);
    if (parts.length === 0 && this.#isIdle() && this.#ownLimits.length > 0)
      parts.push(`waiting: ${this.#ownLimits.join(', ')}`);
    return parts;
  }

  /** Whether there is something to do, and nothing of it is under way. */
  #isIdle() {
    const sum = (/** @type {string} */ name) => this.#sums[name] ?? 0;
    return sum('/runningTasks') === 0 && sum('/completedTasks') + sum('/failedTasks') < sum('/totalTasks');
  }

  /**
   * @param {string[]} parts
   * @param {number} now
   */
  #tellRetries(parts, now) {
    for (const [task, { until }] of this.#retries) if (until <= now) this.#retries.delete(task);
    if (this.#retries.size === 0) return;
    const waits = [...this.#retries.values()];
    const whys = [...new Set(waits.map(({ why }) => why))].join(', ');
    const last = Math.max(...waits.map(({ until }) => until)) - now;
    parts.push(`${waits.length} to try again within ${duration(last / 1000)}: ${whys}`);
  }
}
