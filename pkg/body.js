// @ts-check
/**
 * The body of what a `fetch` gave, piece by piece. The core asks for the next one, and is told when
 * there may be more: a promise of each piece would cost it more than the piece. A caller's answer
 * may be anything, and is read by its shape.
 */

import { hostIsOverdue, nextTask } from './host-turn.js';
import { ownPromise } from './own-promise.js';
import { textCoders } from './surroundings.js';

/**
 * Where pieces come from: the body of our own `fetch`, or a reader of any other.
 * @typedef {object} Source
 * @property {() => unknown} nextPiece  undefined where it is not there yet, null at the end; throws
 *   when the body broke off
 * @property {(tell: () => void) => void} onPiece  names whom to tell when there may be more
 * @property {() => unknown} cancel  nobody reads on
 */

/** The longest piece that is taken in, in bytes or characters. */
const longest = 64 * 1024 * 1024;

const nothing = () => {};

/**
 * @param {any} answer
 * @returns {Body}
 */
export function openBody(answer) {
  return new Body(sourceOf(answer));
}

/** @param {any} answer @returns {Source} */
function sourceOf(answer) {
  const body = bodyOf(answer);
  if (typeof body?.nextPiece === 'function') return body;
  // Those of other classes need have no stream of the web's.
  return new ReaderSource(typeof body?.getReader === 'function' ? body.getReader() : readerOf(answer.text()));
}

/** @param {any} answer */
function bodyOf(answer) {
  try {
    return answer.body;
  } catch {
    return undefined;
  }
}

/** What the core sees of one. */
class Body {
  #source;
  #tell = nothing;
  /** Whether it gave a piece, and nobody had to wait since. */
  #isAtOnce = false;
  /** Whether there will be no more, where `next` gave none. */
  isOver = false;

  /** @param {Source} source */
  constructor(source) {
    this.#source = source;
    source.onPiece(() => this.#goOn());
  }

  /** The next piece if it is there. */
  next() {
    // Pieces that are there at once may come for ever.
    if (this.#isAtOnce && hostIsOverdue() && nextTask(() => this.#goOn())) return undefined;
    const piece = this.#source.nextPiece();
    if (piece === undefined) return undefined;
    this.#isAtOnce = true;
    if (piece !== null) return looked(() => bytesOf(piece));
    this.isOver = true;
    // The core drops what it is told by. The source, or the turn that the host was asked for, may
    // still come.
    this.#tell = nothing;
    return undefined;
  }

  /** @param {() => void} tell  called whenever there may be more */
  onPiece(tell) {
    this.#tell = tell;
  }

  #goOn() {
    this.#isAtOnce = false;
    this.#tell();
  }

  /** Nobody reads on, or may be told. */
  cancel() {
    this.#tell = nothing;
    this.#source.cancel();
  }
}

/** A reader, the web's or one that is like it. @implements {Source} */
class ReaderSource {
  #reader;
  #tell = nothing;
  #isAsked = false;
  /** What it gave, until it is taken. @type {{ result?: any, error?: unknown } | undefined} */
  #given;

  /** @param {{ read(): unknown, cancel(): unknown }} reader */
  constructor(reader) {
    this.#reader = reader;
  }

  nextPiece() {
    const given = this.#given;
    if (!given) return this.#ask();
    if ('error' in given) throw given.error;
    this.#given = undefined;
    return looked(() => (given.result.done ? null : (given.result.value ?? false)));
  }

  /** @param {() => void} tell */
  onPiece(tell) {
    this.#tell = tell;
  }

  /** A caller's own `fetch` may not listen to the signal. */
  cancel() {
    ownPromise(this.#reader.cancel()).catch(nothing);
  }

  #ask() {
    if (this.#isAsked) return undefined;
    this.#isAsked = true;
    ownPromise(looked(() => this.#reader.read())).then(this.#onResult, this.#onError);
  }

  #onResult = (/** @type {unknown} */ result) => this.#give({ result });
  #onError = (/** @type {unknown} */ error) => this.#give({ error });

  /** @param {{ result?: any, error?: unknown }} given */
  #give(given) {
    this.#given = given;
    this.#isAsked = false;
    this.#tell();
  }
}

/** A reader of what is there at once. @param {unknown} text */
function readerOf(text) {
  let isRead = false;
  return {
    async read() {
      if (isRead) return { done: true };
      isRead = true;
      return { value: await ownPromise(text) };
    },
    cancel: nothing,
  };
}

/**
 * The bytes of a piece, seen through an array of our own: its own may have a length that throws or
 * lies.
 * @param {any} piece
 */
function bytesOf(piece) {
  const isText = typeof piece === 'string' && piece.length <= longest;
  const bytes = isText ? new (textCoders().TextEncoder)().encode(piece) : piece;
  if (!ArrayBuffer.isView(bytes)) throw new TypeError('a piece of it is neither bytes nor text');
  const own = seen(bytes);
  if (own.length > longest) throw new RangeError('a piece of it is too long');
  return own;
}

/** A copy would take ten times as long. @param {ArrayBufferView} bytes */
function seen(bytes) {
  try {
    return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  } catch {
    return new Uint8Array(/** @type {Uint8Array} */ (bytes));
  }
}

/**
 * What a look throws tells that this is no body; what else is thrown, that it broke off.
 * @template T
 * @param {() => T} look
 */
function looked(look) {
  try {
    return look();
  } catch (error) {
    throw { unreadable: error ?? null };
  }
}
