// @ts-check
/** An answer over `node:http`: what a run reads of one, and no more. */

/** So much of a body waits for its reader; then the server has to wait, too. */
const mostWaiting = 256 * 1024;

/** The longest text that is made at once. Longer ones have to be read piece by piece. */
const longestText = 64 * 1024 * 1024;

export class NodeResponse {
  /** @type {number} */
  status;
  headers;
  body;

  /**
   * @param {import('node:http').IncomingMessage} message
   * @param {import('node:stream').Readable} content  its body as it was before it was packed
   * @param {() => void} onEnd  called when all of the body is in, or will never be
   * @param {AbortSignal} [signal]
   */
  constructor(message, content, onEnd, signal) {
    this.status = message.statusCode ?? 0;
    this.headers = new ReceivedHeaders(message);
    this.body = new Body(content, onEnd, signal);
  }

  /** The whole body. */
  async text() {
    const { body } = this;
    const pieces = [];
    let length = 0;
    for (;;) {
      const { done, value } = await body.read();
      if (done) break;
      length += value.length;
      if (length > longestText) {
        body.cancel();
        throw new RangeError(`The body is longer than ${longestText} bytes.`);
      }
      pieces.push(value);
    }
    const text = joined(pieces).toString();
    // As `fetch` does.
    return text.startsWith('\ufeff') ? text.slice(1) : text;
  }
}

class ReceivedHeaders {
  #message;

  /** @param {import('node:http').IncomingMessage} message */
  constructor(message) {
    this.#message = message;
  }

  /** @param {string} name */
  get(name) {
    const value = this.#message.headers[name.toLowerCase()];
    // One of `Set-Cookie` is a list, and what every object has is none.
    return typeof value === 'string' || Array.isArray(value) ? String(value) : null;
  }
}

/** @typedef {{ done: false, value: Buffer } | { done: true, value: undefined }} Piece */

const nothing = () => {};

/**
 * Takes in what comes, and gives all of it that is there to the reader: one piece for many, if need
 * be.
 */
class Body {
  #content;
  #onEnd;
  /** @type {Buffer[]} */
  #pieces = [];
  #waiting = 0;
  #ended = false;
  /** @type {Error | undefined} */
  #error;
  #tell = nothing;

  /**
   * @param {import('node:stream').Readable} content
   * @param {() => void} onEnd
   * @param {AbortSignal} [signal]
   */
  constructor(content, onEnd, signal) {
    this.#content = content;
    this.#onEnd = onEnd;
    content.on('data', (piece) => this.#take(piece));
    content.on('end', () => this.#end());
    content.on('error', (error) => this.#end(signal?.aborted ? signal.reason : terminated(error)));
  }

  /** There is one reader, and nothing to lock. */
  getReader() {
    return this;
  }

  /** @returns {Promise<Piece>} */
  async read() {
    for (;;) {
      const value = this.nextPiece();
      if (value === null) return { done: true, value: undefined };
      if (value) return { done: false, value };
      await new Promise((/** @type {(value?: undefined) => void} */ resolve) => this.onPiece(resolve));
    }
  }

  /**
   * A promise of a piece would cost a run more than the piece: it asks for the next one, and is
   * told when there is more.
   * @returns {Buffer | null | undefined}  null at the end, and undefined where it is not there yet
   */
  nextPiece() {
    if (this.#pieces.length > 0) {
      const piece = joined(this.#pieces);
      this.#pieces = [];
      this.#waiting = 0;
      if (this.#content.isPaused()) this.#content.resume();
      return piece;
    }
    if (this.#error) throw this.#error;
    return this.#ended ? null : undefined;
  }

  /** @param {() => void} tell  called when there may be more */
  onPiece(tell) {
    this.#tell = tell;
  }

  /** Nobody reads on: the connection is closed where the rest of the body is still to come. */
  cancel() {
    if (this.#ended) return this.#onEnd();
    this.#content.destroy();
    this.#end();
  }

  /** @param {Buffer} piece */
  #take(piece) {
    this.#pieces.push(piece);
    this.#waiting += piece.length;
    if (this.#waiting > mostWaiting) this.#content.pause();
    this.#tell();
  }

  /** @param {Error} [error] */
  #end(error) {
    if (this.#ended) return;
    this.#ended = true;
    this.#error = error;
    this.#onEnd();
    this.#tell();
  }
}

/** As `fetch` has it. @param {Error} error */
function terminated(error) {
  return new TypeError('terminated', { cause: error });
}

/** @param {Buffer[]} pieces */
function joined(pieces) {
  return pieces.length === 1 ? pieces[0] : Buffer.concat(pieces);
}
