// @ts-check
/** The flags of all commands, and how they are read. */

import { parseArgs } from 'node:util';
import { CliError } from './failure.js';

const model = /** @type {const} */ ({
  model: { type: 'string', short: 'm' },
  provider: { type: 'string' },
  'base-url': { type: 'string' },
  system: { type: 'string', short: 's' },
  schema: { type: 'string' },
  'max-tokens': { type: 'string' },
  temperature: { type: 'string' },
  effort: { type: 'string' },
  tier: { type: 'string' },
  extra: { type: 'string' },
  header: { type: 'string', multiple: true },
  concurrency: { type: 'string', short: 'c' },
  rpm: { type: 'string' },
  tpm: { type: 'string' },
  retries: { type: 'string' },
  timeout: { type: 'string' },
  deadline: { type: 'string' },
  budget: { type: 'string' },
  price: { type: 'string' },
  'env-file': { type: 'string' },
  quiet: { type: 'boolean' },
  'json-progress': { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
});

const rows = /** @type {const} */ ({
  template: { type: 'string', short: 't' },
  input: { type: 'string' },
  id: { type: 'string' },
  images: { type: 'string' },
  'input-format': { type: 'string' },
  limit: { type: 'string' },
});

const output = /** @type {const} */ ({
  output: { type: 'string', short: 'o' },
  format: { type: 'string' },
  order: { type: 'string' },
  fields: { type: 'string' },
  keep: { type: 'boolean' },
  errors: { type: 'string' },
  fresh: { type: 'boolean' },
  'dry-run': { type: 'boolean' },
  strategy: { type: 'string' },
  with: { type: 'string' },
});

/** What is kept of a run beside its results. */
const kept = /** @type {const} */ ({
  trace: { type: 'string' },
  report: { type: 'string' },
});

/** @typedef {Record<string, string | boolean | undefined> & { header?: any }} Flags */

/** @type {Record<string, import('node:util').ParseArgsConfig['options']>} */
export const flagsOf = {
  run: { ...model, ...rows, ...output, ...kept },
  estimate: { ...model, ...rows },
  prompt: { ...model, ...kept },
  graph: { ...model, ...kept, output: output.output, fresh: output.fresh },
  report: { output: output.output, help: model.help },
};

/**
 * @param {string} command
 * @param {string[]} args
 * @returns {{ flags: Flags, rest: string[] }}
 */
export function parseFlags(command, args) {
  const options = flagsOf[command] ?? {};
  try {
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
    return { flags: /** @type {Flags} */ (values), rest: positionals };
  } catch (error) {
    throw new CliError(explained(/** @type {Error & { code: string }} */ (error), Object.keys(options)));
  }
}

/**
 * @param {Error & { code: string }} error
 * @param {string[]} known
 */
function explained({ code, message }, known) {
  if (code !== 'ERR_PARSE_ARGS_UNKNOWN_OPTION') return message;
  const [, name = ''] = /'--?([^']*)'/.exec(message) ?? [];
  const near = nearest(name, known);
  return `There is no flag \`--${name}\`.${near ? ` Did you mean \`--${near}\`?` : ''} \`--help\` lists them all.`;
}

/**
 * The known name that is the fewest letters away, if it is not another one altogether.
 * @param {string} name
 * @param {string[]} known
 */
export function nearest(name, known) {
  const [best] = known.map((other) => ({ other, far: distance(name, other) })).sort((a, b) => a.far - b.far);
  return best && best.far <= Math.max(2, name.length / 3) ? best.other : undefined;
}

/**
 * Levenshtein's.
 * @param {string} a
 * @param {string} b
 */
function distance(a, b) {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...b].entries())
      next.push(Math.min(row[j] + Number(letter !== other), row[j + 1] + 1, next[j] + 1));
    row = next;
  }
  return row[b.length];
}

/**
 * @param {Flags} flags
 * @param {string} name
 * @param {{ least?: number, whole?: boolean }} [rule]
 */
export function numberOf(flags, name, { least = 0, whole = false } = {}) {
  const given = flags[name];
  if (given === undefined) return undefined;
  const value = Number(given);
  if (given === '' || !Number.isFinite(value) || value < least || (whole && !Number.isInteger(value)))
    throw new CliError(
      `Expected \`--${name}\` to be a ${whole ? 'whole ' : ''}number from ${least} up, got \`${given}\`.`,
    );
  return value;
}

/**
 * @param {Flags} flags
 * @param {string} name
 * @param {string[]} allowed  the first is what it is without the flag
 */
export function choiceOf(flags, name, allowed) {
  const given = String(flags[name] ?? allowed[0]);
  if (allowed.includes(given)) return given;
  const near = nearest(given, allowed);
  throw new CliError(
    `Expected \`--${name}\` to be one of ${allowed.join(', ')}, got \`${given}\`.${near ? ` Did you mean \`${near}\`?` : ''}`,
  );
}
