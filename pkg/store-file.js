// @ts-check
/**
 * A store in a file, for Node: a line for each answer, added at the end and never changed. A process that is killed while
 * it writes leaves half a line at most, which is passed over when the file is read again.
 */

import { appendFileSync, readFileSync } from 'node:fs';

export class FileStore {
  #path;
  /** @type {Map<string, string>} */
  #values = new Map();
  /** Whether the file may end in half a line. */
  #torn = false;

  /** @param {string} path  the file; made with the first answer */
  constructor(path) {
    this.#path = path;
    const text = read(path);
    this.#torn = text !== '' && !text.endsWith('\n');
    for (const line of text.split('\n')) {
      const entry = parse(line);
      if (entry) this.#values.set(entry.key, entry.value);
    }
  }

  /** @param {string} key */
  get(key) {
    return this.#values.get(key);
  }

  /**
   * @param {string} key
   * @param {string} value
   */
  set(key, value) {
    // Answers are the caller's alone to read.
    const options = { mode: 0o600 };
    appendFileSync(this.#path, `${this.#torn ? '\n' : ''}${JSON.stringify({ key, value })}\n`, options);
    this.#torn = false;
    this.#values.set(key, value);
  }
}

/** @param {string} path */
function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'ENOENT') return '';
    throw error;
  }
}

/**
 * @param {string} line
 * @returns {{ key: string, value: string } | undefined} nothing for what is no whole entry
 */
function parse(line) {
  try {
    const { key, value } = JSON.parse(line);
    return typeof key === 'string' && typeof value === 'string' ? { key, value } : undefined;
  } catch {
    return undefined;
  }
}
