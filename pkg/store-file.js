// @ts-check
/**
 * A store in a file, for Node: a line for each answer, added at the end and never changed, with a
 * checksum. A process that is killed while it writes, or a disk that is full, leaves half a line at
 * most, and the next line begins after it. Lines that are not whole are passed over.
 */

import { createHash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync, writeSync } from 'node:fs';
import { hashOf, NumberMap } from './number-map.js';

/** How much is read at once of a whole file, and of a line. */
const pieceBytes = 1 << 20;
const linePieceBytes = 1 << 14;

/** The longest line that can be a string. */
const longestBytes = 0x1ffffff0;

const lineFeed = 10;

export class FileStore {
  #path;
  /**
   * Where the last line of each key begins, by the key's hash. Two keys with one hash cost one of
   * them its answer, no more: a line has its whole key.
   */
  #places = new NumberMap();

  /** @param {string} path  the file; its folder has to be there */
  constructor(path) {
    this.#path = path;
    this.#opened((file) => this.#scan(file));
  }

  /** @param {string} key */
  get(key) {
    if (this.#places.get(hashOf(key)) === undefined) return undefined;
    return this.#opened((file) => {
      const entry = this.#find(file, key);
      if (entry) return entry.value;
      // Another process may have written in the same moment, or somebody changed the file.
      this.#scan(file);
      return this.#find(file, key)?.value;
    });
  }

  /**
   * @param {string} key
   * @param {string} value
   */
  set(key, value) {
    const line = `${JSON.stringify({ key, value, sum: checksum(key, value) })}\n`;
    this.#opened((file) => {
      // Half a line at the end may be this process's or another's.
      const { size } = fstatSync(file);
      const isWhole = size === 0 || read(file, size - 1, 1)[0] === lineFeed;
      append(file, Buffer.from(isWhole ? line : `\n${line}`));
      this.#places.set(hashOf(key), size + Number(!isWhole));
    });
  }

  /** @param {number} file */
  #scan(file) {
    this.#places.clear();
    for (const { at, bytes } of lines(file)) {
      const entry = parse(bytes);
      if (entry) this.#places.set(hashOf(entry.key), at);
    }
  }

  /**
   * @param {number} file
   * @param {string} key
   */
  #find(file, key) {
    const at = this.#places.get(hashOf(key));
    if (at === undefined) return undefined;
    const line = lines(file, at, linePieceBytes).next().value;
    const entry = line && parse(line.bytes);
    return entry?.key === key ? entry : undefined;
  }

  /**
   * Opened anew each time: a store has no end at which it could be closed.
   * @template T
   * @param {(file: number) => T} use
   */
  #opened(use) {
    const file = open(this.#path);
    try {
      return use(file);
    } finally {
      closeSync(file);
    }
  }
}

/** To read, and to add at the end. Answers are the caller's alone to read. @param {string} path */
function open(path) {
  try {
    return openSync(path, 'a+', 0o600);
  } catch (cause) {
    const { code } = /** @type {NodeJS.ErrnoException} */ (cause);
    const message = `Cannot write answers to ${path} (${code}). ${remedies[code ?? ''] ?? 'Give the path of a file.'}`;
    throw Object.assign(new Error(message, { cause }), { code: 'INVALID_INPUT' });
  }
}

/** @type {Record<string, string>} */
const remedies = {
  ENOENT: 'Make its folder first.',
  ENOTDIR: 'What its path names as a folder is none.',
  EISDIR: 'It is a folder: give the path of a file in it.',
  EACCES: 'This user may not write there.',
  EPERM: 'This user may not write there.',
  EROFS: 'Nothing can be written there: the file system is read-only.',
};

/**
 * In one step, as long as the disk takes all of it: lines of several processes then do not mix.
 * @param {number} file
 * @param {Buffer} bytes
 */
function append(file, bytes) {
  let written = 0;
  while (written < bytes.length) written += writeSync(file, bytes, written);
}

/**
 * @param {number} file
 * @param {number} at
 * @param {number} length
 */
function read(file, at, length) {
  const bytes = Buffer.allocUnsafe(length);
  let filled = 0;
  while (filled < length) {
    const count = readSync(file, bytes, filled, length - filled, at + filled);
    if (count === 0) break;
    filled += count;
  }
  return bytes.subarray(0, filled);
}

/**
 * The lines of a file, one by one: all of it together may be more than a string can hold.
 * @param {number} file
 * @param {number} [from]  where a line begins
 * @param {number} [atOnce]  bytes
 */
function* lines(file, from = 0, atOnce = pieceBytes) {
  /**
   * The pieces of a line whose end is not read yet; none of a line that is too long.
   * @type {Buffer[]}
   */
  let begun = [];
  let at = from;
  let offset = from;
  for (;;) {
    const piece = read(file, offset, atOnce);
    if (piece.length === 0) return;
    let start = 0;
    for (let end = piece.indexOf(lineFeed); end !== -1; end = piece.indexOf(lineFeed, start)) {
      const last = piece.subarray(start, end);
      if (offset + end - at <= longestBytes) {
        yield { at, bytes: begun.length > 0 ? Buffer.concat([...begun, last]) : last };
      }
      begun = [];
      start = end + 1;
      at = offset + start;
    }
    offset += piece.length;
    if (offset - at > longestBytes) begun = [];
    else if (start < piece.length) begun.push(piece.subarray(start));
  }
}

/**
 * @param {Buffer} line
 * @returns {{ key: string, value: string } | undefined} nothing for a line that is damaged or no
 *   whole entry
 */
function parse(line) {
  if (line.length === 0) return undefined;
  try {
    const { key, value, sum } = JSON.parse(line.toString());
    return typeof key === 'string' && typeof value === 'string' && sum === checksum(key, value)
      ? { key, value }
      : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Half of a SHA-256: against chance, not against people.
 * @param {string} key
 * @param {string} value
 */
function checksum(key, value) {
  return createHash('sha256').update(key).update('\n').update(value).digest('base64url').slice(0, 22);
}
