// @ts-check
/** Where results go: a file of one's own, or the standard output, a line or a record for each. */

import { closeSync, openSync, readFileSync, realpathSync, rmSync, writeSync } from 'node:fs';
import { resolve } from 'node:path';
import { CliError, exits } from './failure.js';
import { choiceOf, nearest } from './flags.js';

/** @typedef {Record<string, any>} Entry */

const usual = ['id', 'result', 'data', 'error'];

/** What is known of an answer beside it. */
const known =
  'model provider finishReason tokens promptTokens completionTokens cachedTokens reasoningTokens cost attempts durationMs waitedMs fromStore requestId';

/**
 * @param {import('./flags.js').Flags} flags
 * @param {string | undefined} path
 * @param {string[]} [properties]  of the data that an answer is, where that is known
 */
export async function openOutput(flags, path, properties = []) {
  const byEnding = path?.endsWith('.csv') ? 'csv' : path?.endsWith('.txt') ? 'text' : 'jsonl';
  const format = flags.format ? choiceOf(flags, 'format', ['jsonl', 'csv', 'text']) : byEnding;
  const sink = path === undefined ? standardOutput() : file(path);
  const render = await renderer(format, fieldsOf(flags), properties);
  return {
    /**
     * @param {Entry} answer  id, result, data and error
     * @param {Entry} metadata
     * @param {Entry} row  the fields of the input
     */
    write: (answer, metadata, row) =>
      sink.write(render(answer, { ...row, ...metadata, ...answer.data }, flags.keep ? row : {})),
    close: sink.close,
  };
}

/** @param {import('./flags.js').Flags} flags */
function fieldsOf({ fields }) {
  return typeof fields === 'string' ? fields.split(',').map((name) => name.trim()) : undefined;
}

/**
 * @param {import('./flags.js').Flags} flags
 * @param {string[]} others  fields of the row and of its answer
 */
export function checkFields(flags, others) {
  const names = [...usual, ...others, ...known.split(' ')];
  for (const name of fieldsOf(flags) ?? []) {
    if (names.includes(name)) continue;
    const near = nearest(name, names);
    throw new CliError(
      `\`--fields\`: there is no field \`${name}\`.${near ? ` Did you mean \`${near}\`?` : ''} There are ${names.join(', ')}.`,
    );
  }
}

/**
 * @param {string} format
 * @param {string[] | undefined} chosen
 * @param {string[]} properties
 * @returns {Promise<(answer: Entry, more: Entry, kept: Entry) => string>}
 */
async function renderer(format, chosen, properties) {
  if (format === 'text') return ({ result }) => (typeof result === 'string' ? `${result}\n` : '');
  if (format === 'jsonl') {
    return (answer, more, kept) => {
      const names = chosen ?? usual.filter((name) => answer[name] !== undefined);
      const picked = names.map((name) => [name, answer[name] ?? more[name] ?? null]);
      return `${JSON.stringify({ ...kept, ...Object.fromEntries(picked) })}\n`;
    };
  }
  const { stringify } = await import('csv-stringify/sync');
  const own = chosen ?? ['id', ...(properties.length > 0 ? properties : ['result']), 'error'];
  /** @type {string[] | undefined} */
  let columns;
  return (answer, more, kept) => {
    const isFirst = columns === undefined;
    columns ??= [...new Set([...Object.keys(kept), ...own])];
    const cells = columns.map((name) => cell(answer[name] ?? more[name]));
    return stringify(isFirst ? [columns, cells] : [cells]);
  };
}

/** @param {unknown} value */
function cell(value) {
  if (value === null || value === undefined) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** @param {string} path */
function file(path) {
  const told = (/** @type {unknown} */ error) =>
    `${path} cannot be written: ${/** @type {Error} */ (error).message}.`;
  let descriptor = 0;
  try {
    descriptor = openSync(path, 'w');
  } catch (error) {
    throw new CliError(told(error));
  }
  return {
    /** @param {string} text */
    async write(text) {
      const bytes = Buffer.from(text);
      try {
        for (let written = 0; written < bytes.length; ) written += writeSync(descriptor, bytes, written);
      } catch (error) {
        const remedy = 'Make room and run the same command to go on: what was answered is kept.';
        throw new CliError(`${told(error)} ${remedy}`, exits.someFailed);
      }
    },
    close: () => closeSync(descriptor),
  };
}

function standardOutput() {
  return {
    /** @param {string} text */
    async write(text) {
      if (!process.stdout.write(text))
        await new Promise((resolve) => process.stdout.once('drain', () => resolve(undefined)));
    },
    close() {},
  };
}

/** Flags that name files to write. */
const outputs = ['output', 'errors', 'report', 'trace'];

/**
 * Nothing is written over what is read, or over another output.
 * @param {import('./flags.js').Flags} flags
 * @param {string | undefined} input
 */
export function checkDistinct(flags, input) {
  /** @type {Map<string, string>} */
  const names = new Map();
  if (input !== undefined && input !== '-') names.set(identity(input), 'the input');
  for (const flag of outputs) {
    const path = flags[flag];
    if (typeof path !== 'string') continue;
    const other = names.get(identity(path));
    if (other) throw new CliError(`\`--${flag}\` and ${other} are the same file, ${path}. Name another one.`);
    names.set(identity(path), `\`--${flag}\``);
  }
}

/** @param {string} path */
function identity(path) {
  try {
    return realpathSync(path);
  } catch {
    return resolve(path);
  }
}

/**
 * What is written at the end must be known to be possible at the beginning.
 * @param {string} path
 */
export function checkWritable(path) {
  try {
    closeSync(openSync(path, 'a'));
  } catch (error) {
    throw new CliError(`${path} cannot be written: ${/** @type {Error} */ (error).message}.`);
  }
}

/**
 * Keeps others from the same output while this process runs.
 * @param {string} path
 */
export function lock(path) {
  const name = `${path}.lock`;
  for (const isSecondTry of [false, true]) {
    try {
      closeSync(writeId(openSync(name, 'wx')));
      process.once('exit', () => rmSync(name, { force: true }));
      return;
    } catch (error) {
      const { code, message } = /** @type {NodeJS.ErrnoException} */ (error);
      if (code !== 'EEXIST' || isSecondTry) throw new CliError(`${path} cannot be written: ${message}.`);
      const other = holder(name);
      if (isAlive(other))
        throw new CliError(
          `Another run writes to ${path}: process ${other}. Wait for it, or choose another \`-o\`.`,
        );
      // It was killed.
      rmSync(name, { force: true });
    }
  }
}

/** @param {number} descriptor */
function writeId(descriptor) {
  writeSync(descriptor, String(process.pid));
  return descriptor;
}

/** @param {string} name */
function holder(name) {
  try {
    return Number(readFileSync(name, 'utf8'));
  } catch {
    return 0;
  }
}

/** @param {number} id */
function isAlive(id) {
  if (!(id > 0)) return false;
  try {
    process.kill(id, 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
}
