// @ts-check
/**
 * The answers of a run, in a file beside its output: a line for each, added at the end and never changed. Only where each
 * stands is in memory. A process that is killed while it writes leaves half a line at most, which is passed over.
 */

import { closeSync, fstatSync, openSync, readSync, writeSync } from 'node:fs';
import { CliError, exits } from './failure.js';

const chunkBytes = 1 << 20;

export class AnswerFile {
  #path;
  #file;
  /** @type {Map<string, [from: number, length: number]>} */
  #places = new Map();
  #end = 0;
  /** Whether it may end in half a line. */
  #torn = false;
  /** Why nothing can be kept any more. @type {Error | undefined} */
  failure;

  /**
   * @param {string} path
   * @param {boolean} fresh  whether to begin anew
   */
  constructor(path, fresh) {
    this.#path = path;
    try {
      // Answers are the caller's alone to read.
      this.#file = openSync(path, fresh ? 'w+' : 'a+', 0o600);
    } catch (error) {
      throw new CliError(`${path} cannot be written: ${/** @type {Error} */ (error).message}.`);
    }
    this.#scan();
  }

  get size() {
    return this.#places.size;
  }

  /** @param {string} key */
  get(key) {
    const place = this.#places.get(key);
    if (!place) return undefined;
    const [from, length] = place;
    const bytes = Buffer.alloc(length);
    readSync(this.#file, bytes, 0, length, from);
    return JSON.parse(bytes.toString()).value;
  }

  /**
   * @param {string} key
   * @param {string} value
   */
  set(key, value) {
    const line = Buffer.from(`${this.#torn ? '\n' : ''}${JSON.stringify({ key, value })}\n`);
    const start = this.#end + Number(this.#torn);
    try {
      let written = 0;
      while (written < line.length) written += writeSync(this.#file, line, written);
    } catch (error) {
      this.#torn = true;
      this.#end = fstatSync(this.#file).size;
      this.failure ??= new CliError(
        `${this.#path} cannot be written: ${/** @type {Error} */ (error).message}. What was answered until then is kept. Make room and run the same command to go on.`,
        exits.someFailed,
      );
      throw error;
    }
    this.#end += line.length;
    this.#torn = false;
    this.#places.set(key, [start, this.#end - start - 1]);
  }

  close() {
    closeSync(this.#file);
  }

  #scan() {
    const chunk = Buffer.alloc(chunkBytes);
    let rest = Buffer.alloc(0);
    for (;;) {
      const count = readSync(this.#file, chunk, 0, chunkBytes, this.#end);
      if (count === 0) break;
      let bytes = Buffer.concat([rest, chunk.subarray(0, count)]);
      let from = this.#end - rest.length;
      this.#end += count;
      for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10)) {
        const key = keyOf(bytes.subarray(0, at).toString());
        if (key !== undefined) this.#places.set(key, [from, at]);
        from += at + 1;
        bytes = bytes.subarray(at + 1);
      }
      rest = Buffer.from(bytes);
    }
    this.#torn = rest.length > 0;
  }
}

/** @param {string} line */
function keyOf(line) {
  try {
    const { key, value } = JSON.parse(line);
    return typeof key === 'string' && typeof value === 'string' ? key : undefined;
  } catch {
    return undefined;
  }
}
