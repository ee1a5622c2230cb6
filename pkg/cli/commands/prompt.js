// @ts-check
/**
 * `prompt`: asks once and prints the answer as it comes, or asks in the pattern that the prompt's
 * command names.
 */

import { batch, run } from '../../index.js';
import { nodeFetch } from '../../node.js';
import { CliError } from '../failure.js';
import { Recording } from '../recording.js';
import { settingsOf, withSomebody } from '../settings.js';

/**
 * @param {string[]} rest
 * @param {import('../flags.js').Flags} flags
 * @returns {Promise<number>}
 */
export async function prompt(rest, flags) {
  const text = rest.length === 0 || rest[0] === '-' ? await standardInput() : rest.join(' ');
  if (text.trim() === '')
    throw new CliError('There is no prompt. Write it behind `prompt`, or into the standard input.');
  const settings = await withSomebody(settingsOf(flags), (line) => void process.stderr.write(`${line}\n`));
  // A path begins with a slash, too.
  const isPlain = !/^\/[a-z-]+(\s|$)/i.test(text.trimStart());
  const recording = new Recording(flags, isPlain ? 'batch' : 'run');
  const options = { ...settings, fetch: nodeFetch(), stream: true, onEvent: recording.beside(undefined) };
  const asked = isPlain ? batch([text], options) : run(text, options);
  let printed = '';
  for await (const event of asked) {
    if (flags['json-progress']) process.stderr.write(`${JSON.stringify(event)}\n`);
    // Several answers at once would run into each other.
    if (!isPlain || event.type !== 'TEXT_MESSAGE_CONTENT') continue;
    printed += event.delta;
    process.stdout.write(event.delta);
  }
  const result = await recording.of(asked, [isPlain ? [text] : text]);
  const { status, error } = result.results[0] ?? {};
  if (isPlain && status !== 'completed')
    throw Object.assign(new Error(error?.message ?? 'There is no answer.'), error);
  // What a retry or a pattern changed is told whole.
  const answer = isPlain ? String(result.results[0].result) : answerOf(result);
  if (printed === '') process.stdout.write(answer);
  process.stdout.write('\n');
  return 0;
}

/** The answer of a pattern. @param {any} result */
function answerOf({ summary, winner, answer, merged, best, results, ...rest }) {
  const found = [summary, winner, answer, merged, best].find((value) => typeof value === 'string');
  if (found !== undefined) return found;
  const { metadata: _, ...fields } = rest;
  if (Object.keys(fields).length > 0) return JSON.stringify({ ...fields, winner, best, merged }, null, 2);
  return results.map((/** @type {any} */ { result }) => result ?? '').join('\n\n');
}

async function standardInput() {
  if (process.stdin.isTTY) return '';
  let text = '';
  for await (const piece of process.stdin.setEncoding('utf8')) text += piece;
  return text;
}
