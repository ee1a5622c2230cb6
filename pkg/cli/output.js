// @ts-check
/** Where results go: a file of one's own, or the standard output, a line or a record for each. */

import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { CliError, exits } from './failure.js';
import { choiceOf } from './flags.js';

/** @typedef {Record<string, unknown>} Entry */

const usual = ['id', 'result', 'data', 'error'];

/**
 * @param {import('./flags.js').Flags} flags
 * @param {string | undefined} path
 */
export async function openOutput(flags, path) {
  const byEnding = path?.endsWith('.csv') ? 'csv' : path?.endsWith('.txt') ? 'text' : 'jsonl';
  const format = flags.format ? choiceOf(flags, 'format', ['jsonl', 'csv', 'text']) : byEnding;
  const chosen =
    typeof flags.fields === 'string' ? flags.fields.split(',').map((name) => name.trim()) : undefined;
  const sink = path === undefined ? standardOutput() : file(path);
  const render = await renderer(format, chosen);
  return {
    /** @param {Entry} entry  of which the chosen fields are written @param {Entry} kept  fields of the input */
    write: (entry, kept) => sink.write(render(entry, flags.keep ? kept : {})),
    close: sink.close,
  };
}

/**
 * @param {string} format
 * @param {string[] | undefined} chosen
 * @returns {Promise<(entry: Entry, kept: Entry) => string>}
 */
async function renderer(format, chosen) {
  if (format === 'text') return ({ result }) => (typeof result === 'string' ? `${result}\n` : '');
  const pick = (/** @type {Entry} */ entry) => {
    if (chosen) return Object.fromEntries(chosen.map((name) => [name, entry[name] ?? null]));
    return Object.fromEntries(
      usual.filter((name) => entry[name] !== undefined).map((name) => [name, entry[name]]),
    );
  };
  if (format === 'jsonl') return (entry, kept) => `${JSON.stringify({ ...kept, ...pick(entry) })}\n`;
  const { stringify } = await import('csv-stringify/sync');
  /** @type {string[] | undefined} */
  let columns;
  return (entry, kept) => {
    const isFirst = columns === undefined;
    columns ??= [...Object.keys(kept), ...(chosen ?? ['id', 'result', 'error'])];
    const all = { ...kept, ...entry };
    const cells = columns.map((name) => cell(/** @type {Entry} */ (all)[name]));
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
