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
   */
  constructor(message, content, onEnd) {
    this.status = message.statusCode ?? 0;
    this.headers = new ReceivedHeaders(message);
    this.body = new Body(content, onEnd);
  }

  /** The whole body. */
  async text() {
    const reader = this.body.getReader();
    const pieces = [];
    let length = 0;
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      length += value.length;
      if (length > longestText) {
        reader.cancel();
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
    return value === undefined ? null : String(value);
  }
}

/** @typedef {{ done: false, value: Buffer } | { done: true, value: undefined }} Piece */

/** @type {Piece} */
const end = { done: true, value: undefined };

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
  /** @type {{ resolve: (piece: Piece) => void, reject: (error: Error) => void } | undefined} */
  #reader;

  /**
   * @param {import('node:stream').Readable} content
   * @param {() => void} onEnd
   */
  constructor(content, onEnd) {
    this.#content = content;
    this.#onEnd = onEnd;
    content.on('data', (piece) => this.#take(piece));
    content.on('end', () => this.#end());
    content.on('error', (error) => this.#end(terminated(error)));
  }

  /** There is one reader, and nothing to lock. */
  getReader() {
    return this;
  }

  /**
   * A piece that is there is given at once: a promise of it would cost more than the piece.
   * @returns {Piece | Promise<Piece>}
   */
  read() {
    if (this.#pieces.length > 0) {
      const value = joined(this.#pieces);
      this.#pieces = [];
      this.#waiting = 0;
      if (this.#content.isPaused()) this.#content.resume();
      return { done: false, value };
    }
    if (this.#error) return Promise.reject(this.#error);
    if (this.#ended) return end;
    return new Promise((resolve, reject) => {
      this.#reader = { resolve, reject };
    });
  }

  /** Nobody reads on: the connection is closed where the rest of the body is still to come. */
  cancel() {
    if (!this.#ended) this.#content.destroy();
    this.#onEnd();
  }

  /** @param {Buffer} piece */
  #take(piece) {
    const reader = this.#reader;
    if (reader) {
      this.#reader = undefined;
      return reader.resolve({ done: false, value: piece });
    }
    this.#pieces.push(piece);
    this.#waiting += piece.length;
    if (this.#waiting > mostWaiting) this.#content.pause();
  }

  /** @param {Error} [error] */
  #end(error) {
    if (this.#ended) return;
    this.#ended = true;
    this.#error = error;
    this.#onEnd();
    if (error) this.#reader?.reject(error);
    else this.#reader?.resolve(end);
    this.#reader = undefined;
  }
}

/** As `fetch` has it: the caller's own abort stays what it is. @param {Error} error */
function terminated(error) {
  return error.name === 'AbortError' ? error : new TypeError('terminated', { cause: error });
}

/** @param {Buffer[]} pieces */
function joined(pieces) {
  return pieces.length === 1 ? pieces[0] : Buffer.concat(pieces);
}
