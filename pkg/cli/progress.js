// @ts-check
/** How a run is doing, on the standard error: a line that redraws itself on a terminal, else a line each ten seconds. */

const redrawMs = 200;
const lineMs = 10_000;

export class Progress {
  done = 0;
  failed = 0;
  fromStore = 0;
  tokens = 0;
  /** @type {number | null} */
  cost = null;
  #total;
  #startedAt = performance.now();
  #pausedUntil = 0;
  #note = '';
  /** @type {(() => void) | undefined} */
  #end;

  /**
   * @param {{ total: number | undefined, quiet: boolean, asJson: boolean }} options
   */
  constructor({ total, quiet, asJson }) {
    this.#total = total;
    this.quiet = quiet || asJson;
    this.asJson = asJson;
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
    return (/** @type {{ type: string, name?: string, value?: any }} */ { type, name, value }) => {
      if (type === 'CUSTOM' && name === 'rateLimit') this.#pausedUntil = performance.now() + value.pauseMs;
    };
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
    const over = this.done + this.failed;
    const seconds = (performance.now() - this.#startedAt) / 1000;
    const answered = over - this.fromStore;
    const pace = answered / Math.max(seconds, 0.001);
    const parts = [
      this.#total === undefined ? `${count(over)} rows` : `${count(over)}/${count(this.#total)}`,
    ];
    if (this.fromStore > 0) parts.push(`${count(this.fromStore)} from before`);
    if (this.failed > 0) parts.push(`${count(this.failed)} failed`);
    if (answered > 0) parts.push(`${count(Math.round(pace * 60))}/min`);
    parts.push(`${short(this.tokens)} tokens`);
    if (this.cost !== null) parts.push(`$${this.cost.toFixed(this.cost < 1 ? 4 : 2)}`);
    const left = this.#total === undefined ? 0 : this.#total - over;
    if (left > 0 && answered > 0) parts.push(`${duration(left / pace)} left`);
    const pause = (this.#pausedUntil - performance.now()) / 1000;
    if (pause > 0) parts.push(`paused ${Math.ceil(pause)} s: 429`);
    if (this.#note) parts.push(this.#note);
    return parts.join('  ');
  }

  #print() {
    process.stderr.write(`${this.line()}\n`);
  }

  /** The display is over; the sums stay. */
  end() {
    this.#end?.();
    if (!this.quiet) this.#print();
  }
}

/** @param {number} value */
function count(value) {
  return value.toLocaleString('en');
}

/** @param {number} value */
export function short(value) {
  if (value < 10_000) return count(value);
  return value < 1e7 ? `${count(Math.round(value / 1000))} k` : `${count(Math.round(value / 1e6))} M`;
}

/** @param {number} seconds */
export function duration(seconds) {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
