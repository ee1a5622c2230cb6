// @ts-check
/** Reads rows from a file or the standard input, one by one: a text a line, JSON lines, CSV or TSV. */

import { createReadStream, existsSync, statSync } from 'node:fs';
import { extname } from 'node:path';
import { createInterface } from 'node:readline';
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
 * @param {string} file  `-` is the standard input
 * @param {import('./flags.js').Flags} flags
 */
export function openInput(file, flags) {
  const isStdin = file === '-';
  if (!isStdin && !existsSync(file)) throw new CliError(`There is no file \`${file}\`.`);
  if (!isStdin && statSync(file).isDirectory())
    throw new CliError(`\`${file}\` is a folder, and not a file.`);
  const byEnding = /** @type {Format} */ (endings.get(extname(file).toLowerCase()) ?? 'text');
  const format = flags['input-format']
    ? choiceOf(flags, 'input-format', ['text', 'jsonl', 'csv', 'tsv'])
    : byEnding;
  return {
    name: isStdin ? 'the standard input' : file,
    /** Whether it can be read a second time. */
    again: !isStdin && statSync(file).isFile(),
    rows: () =>
      rowsOf(isStdin ? process.stdin : createReadStream(file), format, isStdin ? 'standard input' : file),
  };
}

/**
 * @param {NodeJS.ReadableStream} stream
 * @param {string} format
 * @param {string} name
 */
function rowsOf(stream, format, name) {
  if (format === 'csv') return table(stream, ',', name);
  if (format === 'tsv') return table(stream, '\t', name);
  return lines(stream, format === 'jsonl', name);
}

/**
 * @param {NodeJS.ReadableStream} stream
 * @param {boolean} isJson
 * @param {string} name
 * @returns {AsyncGenerator<Row, void>}
 */
async function* lines(stream, isJson, name) {
  let line = 0;
  for await (const raw of createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY })) {
    line += 1;
    const text = line === 1 ? raw.replace(/^\ufeff/, '') : raw;
    if (text.trim() === '') continue;
    yield { line, value: isJson ? json(text, `${name}, line ${line}`) : text };
  }
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
 * @param {NodeJS.ReadableStream} stream
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
    bom: true,
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
