// @ts-check
/**
 * Reads rows from a file or the standard input, one by one: a text a line, JSON lines, CSV or TSV.
 */

import { createReadStream, existsSync, statSync } from 'node:fs';
import { extname } from 'node:path';
import { Readable } from 'node:stream';
import { CliError } from './failure.js';
import { choiceOf } from './flags.js';
import { decoded, textLines } from './text.js';

/** @typedef {'text' | 'jsonl' | 'csv' | 'tsv'} Format */
/**
 * The value is a text, or an object of the row's JSON or columns.
 * @typedef {{ line: number, value: unknown, location: string }} Row
 */

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
    throw new CliError(
      `\`${file}\` is a folder. Name a file; or \`--strategy map-reduce\` makes one summary of the texts in a folder.`,
    );
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
  let isFirst = true;
  const all = textLines(stream);
  for await (const text of all) {
    line += 1;
    if (text.trim() === '') continue;
    const location = `${name}, line ${line}`;
    if (isJson && isFirst && text.trimStart().startsWith('[')) yield* list(text, all, name);
    else yield { line, value: isJson ? json(text, location) : text, location };
    isFirst = false;
  }
}

/**
 * A file that is one list in JSON, which is read whole.
 * @param {string} first  line of it
 * @param {AsyncIterable<string>} rest
 * @param {string} name
 * @returns {AsyncGenerator<Row, void>}
 */
async function* list(first, rest, name) {
  const lines = [first];
  for await (const line of rest) lines.push(line);
  for (const [index, value] of json(lines.join('\n'), name).entries())
    yield { line: index + 1, value, location: `${name}, row ${index + 1}` };
}

/**
 * @param {string} text
 * @param {string} location
 */
function json(text, location) {
  try {
    return JSON.parse(text);
  } catch (error) {
    const shape = 'A file of JSON has a row a line, or is one list of them.';
    throw new CliError(`${location}: this is no JSON (${/** @type {Error} */ (error).message}). ${shape}`);
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
  // Quotes within a field are an error in CSV; where tabs part the fields, most programs do not
  // quote at all.
  const relax_quotes = delimiter === '\t';
  /** The parser counts a quoted CRLF as two lines. */
  let tooMany = 0;
  const parser = parse({
    delimiter,
    columns: header,
    skip_empty_lines: true,
    relax_quotes,
    on_record(value, { lines }) {
      const texts = Object.values(/** @type {Record<string, string>} */ (value)).join('');
      const inner = texts.split('\r\n').length - 1;
      const line = lines - tooMany - inner - (texts.split('\n').length - 1);
      tooMany += inner;
      return { line, value, location: `${name}, line ${line}` };
    },
  });
  stream.on('error', (error) => parser.destroy(error));
  stream.pipe(parser);
  try {
    yield* parser;
  } catch (error) {
    if (error instanceof CliError) throw error;
    const told = /** @type {Error} */ (error).message.replace(/(?<= line )\d+/, (line) =>
      String(Number(line) - tooMany),
    );
    throw new CliError(`${name}: ${told}.`);
  }
}

/** @param {string[]} names */
function header(names) {
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new CliError(`The header names the column \`${twice}\` twice.`);
  return names;
}
