// @ts-check
/** Text as files have it: its letters out of bytes, and its lines. */

import { CliError } from './failure.js';

/**
 * UTF-8; or UTF-16 with a mark, as programs on Windows write it. A byte that is none of it would
 * reach the model as a letter that nobody wrote.
 * @param {import('node:stream').Readable} stream
 * @param {string} name
 */
export async function* decoded(stream, name) {
  /** @type {TextDecoder | undefined} */
  let decoder;
  try {
    for await (const piece of stream) {
      const bytes = /** @type {Buffer} */ (piece);
      decoder ??= new TextDecoder(encodingOf(bytes), { fatal: true });
      yield decoder.decode(bytes, { stream: true });
    }
    yield decoder?.decode() ?? '';
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new CliError(
      `${name}: this is not UTF-8. Save it as UTF-8, or convert it: \`iconv -f windows-1252 -t utf-8\`.`,
    );
  }
}

/** @param {Buffer} bytes  at the beginning */
function encodingOf([first, second]) {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  return first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
}

/**
 * Ended by LF or CRLF alone: other characters that end a line may stand in a JSON string.
 * @param {AsyncIterable<string>} pieces
 */
export async function* textLines(pieces) {
  /** Of a line whose end is not read yet. @type {string[]} */
  let begun = [];
  for await (const piece of pieces) {
    begun.push(piece);
    if (!piece.includes('\n')) continue;
    const lines = begun.join('').split('\n');
    begun = [lines.pop() ?? ''];
    for (const line of lines) yield line.replace(/\r$/, '');
  }
  const last = begun.join('');
  if (last !== '') yield last.replace(/\r$/, '');
}
