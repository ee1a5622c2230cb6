// @ts-check
/**
 * The codings that a body may be packed in on its way (RFC 9110, 8.4): which are asked for, and how
 * they are undone.
 */

import { pipeline, Transform } from 'node:stream';
import zlib from 'node:zlib';

const { Z_SYNC_FLUSH } = zlib.constants;
// Each event of a stream is handed on when it comes. As in browsers, a packed body need not be
// ended properly.
const flush = { flush: Z_SYNC_FLUSH, finishFlush: Z_SYNC_FLUSH };
const brotli = {
  flush: zlib.constants.BROTLI_OPERATION_FLUSH,
  finishFlush: zlib.constants.BROTLI_OPERATION_FLUSH,
};

/**
 * The oldest Node that we run in has none, and neither have its types.
 * @type {(() => import('node:stream').Transform) | undefined}
 */
const createZstd = /** @type {any} */ (zlib).createZstdDecompress;

/** @type {Record<string, () => import('node:stream').Transform>} */
const decoders = {
  gzip: () => zlib.createGunzip(flush),
  'x-gzip': () => zlib.createGunzip(flush),
  deflate: () => new Inflate(),
  br: () => zlib.createBrotliDecompress(brotli),
  ...(createZstd && { zstd: () => createZstd() }),
};

/** The codings that are asked for. */
export const accepted = ['gzip', 'deflate', 'br', ...(createZstd ? ['zstd'] : [])].join(', ');

/** Nobody packs an answer more often; who does wants us to work. */
const mostCodings = 5;

/**
 * The body of an answer as it was before it was packed. One in an unknown coding is given as it is.
 * @param {import('node:http').IncomingMessage} message
 * @returns {import('node:stream').Readable}
 */
export function decoded(message) {
  const header = message.headers['content-encoding'];
  if (!header) return message;
  const codings = header.split(',').map((coding) => coding.trim().toLowerCase());
  const wanted = codings.filter((coding) => coding !== 'identity' && coding !== '');
  if (wanted.length === 0 || !wanted.every((coding) => Object.hasOwn(decoders, coding))) return message;
  if (wanted.length > mostCodings) {
    message.destroy(new Error(`The body is packed ${wanted.length} times.`));
    return message;
  }
  const steps = wanted.reverse().map((coding) => decoders[coding]());
  // An error anywhere ends all of them, and is told by the last.
  pipeline([message, ...steps], () => {});
  return steps[steps.length - 1];
}

/**
 * What HTTP calls `deflate` is the format of zlib, and some servers send the bare one (RFC 9110,
 * 8.4.1.2): the first byte tells.
 */
class Inflate extends Transform {
  /** @type {import('node:zlib').Inflate | undefined} */
  #inner;

  /**
   * @param {Buffer} piece
   * @param {BufferEncoding} _
   * @param {import('node:stream').TransformCallback} done
   */
  _transform(piece, _, done) {
    this.#inner ??= this.#open((piece[0] & 0x0f) === 0x08);
    this.#inner.write(piece, (error) => done(error));
  }

  /** @param {boolean} isZlib */
  #open(isZlib) {
    const inner = isZlib ? zlib.createInflate(flush) : zlib.createInflateRaw(flush);
    inner.on('data', (piece) => {
      if (!this.push(piece)) inner.pause();
    });
    inner.on('error', (error) => this.destroy(error));
    return inner;
  }

  /** @param {number} size */
  _read(size) {
    this.#inner?.resume();
    super._read(size);
  }

  /** @param {import('node:stream').TransformCallback} done */
  _flush(done) {
    if (!this.#inner) return done();
    this.#inner.on('end', () => done());
    this.#inner.end();
  }

  /**
   * @param {Error | null} error
   * @param {(error: Error | null) => void} done
   */
  _destroy(error, done) {
    this.#inner?.destroy();
    done(error);
  }
}
