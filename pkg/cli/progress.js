// @ts-check
/**
 * How a run is doing, on the standard error: a line that redraws itself on a terminal, else a line
 * each ten seconds.
 */

import { Waits } from './waits.js';
import { count, duration, money, short } from './words.js';

const redrawMs = 200;
const lineMs = 10_000;

/** So many refusals for the rate are worth a hint. */
const often = 20;

export class Progress {
  done = 0;
  failed = 0;
  fromStore = 0;
  tokens = 0;
  /** @type {number | null} */
  cost = null;
  #total;
  #startedAt = performance.now();
  #waits;
  #hasPace;
  /**
   * The run whose sums are shown; without one, they are counted here.
   * @type {{ snapshot(): any } | undefined}
   */
  #followed;
  #of;
  #note = '';
  #isOver = false;
  /** @type {(() => void) | undefined} */
  #end;

  /**
   * @param {import('./flags.js').Flags} flags
   * @param {{ total?: number, of?: string }} [what]  how many there are, if that is known, and of
   *   what
   */
  constructor(flags, { total, of = 'rows' } = {}) {
    this.#total = total;
    this.#of = of;
    this.asJson = flags['json-progress'] === true;
    this.quiet = flags.quiet === true || this.asJson;
    const ownLimits = ['rpm', 'tpm'].filter((name) => flags[name]).map((name) => `--${name}`);
    this.#hasPace = ownLimits.length > 0;
    this.#waits = new Waits(ownLimits);
  }

  /**
   * Shows the sums of a run until it ends.
   * @template T
   * @param {Promise<T> & { snapshot(): any }} run
   */
  async during(run) {
    this.#followed = run;
    await this.start();
    try {
      return await run;
    } finally {
      this.end();
    }
  }

  async start() {
    if (this.quiet) return;
    if (!process.stderr.isTTY) {
      const timer = setInterval(() => this.#print(), lineMs);
      this.#end = () => clearInterval(timer);
      return;
    }
    const { createLogUpdate } = await import('log-update');
    const show = createLogUpdate(process.stderr);
    const draw = () => show(this.line());
    const timer = setInterval(draw, redrawMs);
    draw();
    this.#end = () => {
      clearInterval(timer);
      show.clear();
      show.done();
    };
  }

  /** What an event says of it; undefined where nobody wants to know. */
  get onEvent() {
    if (this.asJson)
      return (/** @type {object} */ event) => void process.stderr.write(`${JSON.stringify(event)}\n`);
    if (this.quiet) return undefined;
    return (/** @type {any} */ event) => this.#waits.apply(event);
  }

  /** @param {any} result */
  count({ status, metadata }) {
    if (status === 'completed') this.done += 1;
    else this.failed += 1;
    if (metadata.fromStore) this.fromStore += 1;
    this.tokens += metadata.tokens;
    if (metadata.cost !== null) this.cost = (this.cost ?? 0) + metadata.cost;
  }

  /** Shown behind the figures from now on. @param {string} text */
  note(text) {
    this.#note = text;
    if (!this.quiet && !process.stderr.isTTY) process.stderr.write(`${text}\n`);
  }

  line() {
    this.#look();
    const over = this.done + this.failed;
    const seconds = (performance.now() - this.#startedAt) / 1000;
    const answered = over - this.fromStore;
    const pace = answered / Math.max(seconds, 0.001);
    const parts = [
      this.#total === undefined ? `${count(over)} ${this.#of}` : `${count(over)}/${count(this.#total)}`,
    ];
    if (this.fromStore > 0) parts.push(`${count(this.fromStore)} from before`);
    if (this.failed > 0) parts.push(`${count(this.failed)} failed`);
    if (answered > 0) parts.push(`${count(Math.round(pace * 60))}/min`);
    parts.push(`${short(this.tokens)} tokens`);
    if (this.cost !== null) parts.push(money(this.cost));
    const left = this.#total === undefined ? 0 : this.#total - over;
    if (!this.#isOver) {
      if (left > 0 && answered > 0) parts.push(`${duration(left / pace)} left`);
      parts.push(...this.#waits.told());
    }
    if (this.#note) parts.push(this.#note);
    return parts.join('  ');
  }

  #look() {
    const sums = this.#followed?.snapshot();
    if (!sums) return;
    this.done = sums.completedTasks;
    this.failed = sums.failedTasks + sums.skippedTasks;
    this.fromStore = sums.fromStoreTasks;
    this.tokens = sums.totalTokens;
    this.cost = sums.totalCost;
    this.#total = Math.max(sums.totalTasks, this.#total ?? 0) || undefined;
  }

  #print() {
    process.stderr.write(`${this.line()}\n`);
  }

  /** The display is over; the sums stay. */
  end() {
    this.#isOver = true;
    this.#end?.();
    this.#look();
    // What ends before it began has said why.
    if (this.quiet || this.done + this.failed === 0) return;
    this.#print();
    const { refused } = this.#waits;
    if (refused >= often && !this.#hasPace)
      process.stderr.write(
        `The server refused ${count(refused)} calls for its rate (429); each was tried again. \`--rpm N\` and \`--tpm N\` keep to its limits.\n`,
      );
  }
}
