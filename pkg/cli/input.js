// @ts-check
/** Reads rows from a file or the standard input, one by one: a text a line, JSON lines, CSV or TSV. */

import { createReadStream, existsSync, statSync } from 'node:fs';
import { extname } from 'node:path';
import { Readable } from 'node:stream';
import { CliError } from './failure.js';
import { choiceOf } from './flags.js';

/** @typedef {'text' | 'jsonl' | 'csv' | 'tsv'} Format */
/** @typedef {{ line: number, value: unknown }} Row  a text, or what the row's JSON or columns are */

const endings = new Map([
  ['.jsonl', 'jsonl'],
  ['.ndjson', 'jsonl'],
  ['.json', 'jsonl'],
  ['.csv', 'csv'],
  ['.tsv', 'tsv'],
  ['.tab', 'tsv'],
]);

/**
 * @param {string | undefined} file  none or `-` is the standard input
 * @param {import('./flags.js').Flags} flags
 */
export function openInput(file, flags) {
  const isStdin = file === '-' || file === undefined;
  if (file === undefined && process.stdin.isTTY)
    throw new CliError(
      'Expected a file of rows. `--help` says which kinds are read; `-` is the standard input.',
    );
  if (!isStdin && !existsSync(file)) throw new CliError(`There is no file \`${file}\`.`);
  if (!isStdin && statSync(file).isDirectory())
    throw new CliError(`\`${file}\` is a folder, and not a file.`);
  const ending = isStdin ? '' : extname(file).toLowerCase();
  const byEnding = /** @type {Format} */ (endings.get(ending) ?? 'text');
  const format = flags['input-format']
    ? choiceOf(flags, 'input-format', ['text', 'jsonl', 'csv', 'tsv'])
    : byEnding;
  return {
    name: isStdin ? 'the standard input' : file,
    /** Whether it can be read a second time. */
    again: !isStdin && statSync(file).isFile(),
    rows: () => {
      const name = isStdin ? 'the standard input' : file;
      return rowsOf(
        Readable.from(decoded(isStdin ? process.stdin : createReadStream(file), name)),
        format,
        name,
      );
    },
  };
}

/**
 * UTF-8; or UTF-16 with a mark, as programs on Windows write it. A byte that is none of it would reach the model as a letter
 * that nobody wrote.
 * @param {Readable} stream
 * @param {string} name
 */
async function* decoded(stream, name) {
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
 * @param {Readable} stream
 * @param {string} format
 * @param {string} name
 */
function rowsOf(stream, format, name) {
  if (format === 'csv') return table(stream, ',', name);
  if (format === 'tsv') return table(stream, '\t', name);
  return lines(stream, format === 'jsonl', name);
}

/**
 * @param {Readable} stream
 * @param {boolean} isJson
 * @param {string} name
 * @returns {AsyncGenerator<Row, void>}
 */
async function* lines(stream, isJson, name) {
  let line = 0;
  for await (const text of textLines(stream)) {
    line += 1;
    if (text.trim() === '') continue;
    yield { line, value: isJson ? json(text, `${name}, line ${line}`) : text };
  }
}

/**
 * Ended by LF or CRLF alone: other characters that end a line may stand in a JSON string.
 * @param {AsyncIterable<string>} stream
 */
async function* textLines(stream) {
  let rest = '';
  for await (const piece of stream) {
    const parts = (rest + piece).split('\n');
    rest = parts.pop() ?? '';
    for (const part of parts) yield part.replace(/\r$/, '');
  }
  if (rest !== '') yield rest.replace(/\r$/, '');
}

/**
 * @param {string} text
 * @param {string} place
 */
function json(text, place) {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new CliError(`${place}: this is no JSON (${/** @type {Error} */ (error).message}).`);
  }
}

/**
 * With a header, as RFC 4180 has it.
 * @param {Readable} stream
 * @param {string} delimiter
 * @param {string} name
 * @returns {AsyncGenerator<Row, void>}
 */
async function* table(stream, delimiter, name) {
  const { parse } = await import('csv-parse');
  // Quotes within a field are an error in CSV; where tabs part the fields, most programs do not quote at all.
  const relax_quotes = delimiter === '\t';
  const parser = parse({
    delimiter,
    columns: header,
    skip_empty_lines: true,
    info: true,
    relax_quotes,
  });
  stream.on('error', (error) => parser.destroy(error));
  stream.pipe(parser);
  try {
    for await (const { info, record } of parser) yield { line: info.lines, value: record };
  } catch (error) {
    throw error instanceof CliError
      ? error
      : new CliError(`${name}: ${/** @type {Error} */ (error).message}.`);
  }
}

/** @param {string[]} names */
function header(names) {
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new CliError(`The header names the column \`${twice}\` twice.`);
  return names;
}
