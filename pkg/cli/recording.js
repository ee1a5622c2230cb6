// @ts-check
/**
 * What `--trace` and `--report` keep of a run: its events as they come, in the form in which the
 * demo page exports them.
 */

import { closeSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { CliError } from './failure.js';
import { page } from './report/page.js';
import { ReportRecord } from './report/record.js';

/** Events are written in pieces of so many letters. */
const pieceLetters = 65_536;

/**
 * @typedef {object} Outcome
 * @property {unknown[]} args  what the pattern was called with
 * @property {any} [result]
 * @property {any} [error]
 */

/** Keeps nothing where nothing is asked for. */
export class Recording {
  #pattern;
  #trace;
  #report;
  #record = new ReportRecord();
  #file = 0;
  #piece = '';
  /** By which a task is shown. @type {Record<string, string | number>} */
  #names = {};

  /**
   * @param {import('./flags.js').Flags} flags
   * @param {string} pattern
   */
  constructor({ trace, report }, pattern) {
    this.#pattern = pattern;
    this.#trace = typeof trace === 'string' ? trace : undefined;
    this.#report = typeof report === 'string' ? report : undefined;
    if (this.#trace) {
      this.#file = opened(this.#trace);
      this.#piece = `{"pattern":${JSON.stringify(pattern)},"events":[`;
    }
    // Told now, and not when all is done.
    if (this.#report) closeSync(opened(this.#report));
  }

  get isOn() {
    return this.#trace !== undefined || this.#report !== undefined;
  }

  /**
   * Beside what else wants the events.
   * @param {((event: object) => void) | undefined} other
   */
  beside(other) {
    if (!this.isOn) return other;
    let isFirst = true;
    return (/** @type {any} */ event) => {
      if (this.#report) this.#record.apply(event);
      if (this.#trace) this.#write(`${isFirst ? '' : ','}\n${JSON.stringify(event)}`);
      isFirst = false;
      other?.(event);
    };
  }

  /**
   * @param {string} taskId
   * @param {string | number} name
   */
  name(taskId, name) {
    if (this.isOn) this.#names[taskId] = name;
  }

  /**
   * Ends with a run.
   * @template T
   * @param {Promise<T>} run
   * @param {unknown[]} args  what its pattern was called with
   */
  async of(run, args) {
    try {
      const result = await run;
      this.end({ args, result });
      return result;
    } catch (error) {
      this.end({ args, error });
      throw error;
    }
  }

  /** @param {Outcome} outcome */
  end({ args, result, error }) {
    const { message, code, results, metadata } = error ?? {};
    const told = result ?? { error: message, code, results, metadata };
    if (this.#trace) {
      const fields = { args, result: told, names: this.#names };
      this.#write(`\n],${JSON.stringify(fields).slice(1)}\n`);
      writeAll(this.#file, this.#piece);
      closeSync(this.#file);
    }
    if (this.#report) {
      this.#record.settle(told);
      this.#record.rename(this.#names);
      writeFileSync(this.#report, page(this.#record, titleOf(this.#pattern)));
    }
  }

  /** @param {string} text */
  #write(text) {
    this.#piece += text;
    if (this.#piece.length < pieceLetters) return;
    writeAll(this.#file, this.#piece);
    this.#piece = '';
  }
}

/** @param {string} pattern */
export function titleOf(pattern) {
  return `A run of ${pattern}`;
}

/** Prompts and answers are in it: the caller's alone to read. @param {string} path */
function opened(path) {
  try {
    return openSync(path, 'w', 0o600);
  } catch (error) {
    throw new CliError(`${path} cannot be written: ${/** @type {Error} */ (error).message}.`);
  }
}

/**
 * @param {number} file
 * @param {string} text
 */
function writeAll(file, text) {
  const bytes = Buffer.from(text);
  for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written);
}
