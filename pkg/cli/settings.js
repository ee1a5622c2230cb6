// @ts-check
/** Makes of the flags what an agent is given: who answers, and within which limits. */

import { existsSync, readFileSync } from 'node:fs';
import { CliError, exits } from './failure.js';
import { numberOf } from './flags.js';

/** @typedef {import('./flags.js').Flags} Flags */
/** @typedef {Record<string, any>} Settings */

const ollama = 'http://localhost:11434';

/** Variables that hold a key, or the address of a server that may need none. */
const variables = {
  openai: ['OPENAI_API_KEY', 'OPENAI_BASE_URL'],
  'openai-responses': ['OPENAI_API_KEY', 'OPENAI_BASE_URL'],
  anthropic: ['ANTHROPIC_API_KEY', 'ANTHROPIC_BASE_URL'],
  gemini: ['GEMINI_API_KEY', 'GOOGLE_API_KEY', 'GEMINI_BASE_URL'],
};

/**
 * @param {Flags} flags
 * @returns {Settings}
 */
export function settingsOf(flags) {
  loadEnvironment(flags);
  /** @type {Settings} */
  const settings = {
    provider: flags.provider,
    baseURL: flags['base-url'],
    model: flags.model,
    instructions: textOf(flags, 'system'),
    schema: jsonFile(flags, 'schema'),
    extraBody: typeof flags.extra === 'string' ? jsonOf(flags.extra, '--extra') : undefined,
    headers: headersOf(flags),
    temperature: numberOf(flags, 'temperature'),
    reasoning: flags.effort,
    tier: flags.tier,
    maxTokens: numberOf(flags, 'max-tokens', { least: 1, whole: true }),
    concurrency:
      flags.concurrency === 'auto' ? 'auto' : numberOf(flags, 'concurrency', { least: 1, whole: true }),
    requestsPerMinute: numberOf(flags, 'rpm', { least: 1, whole: true }),
    tokensPerMinute: numberOf(flags, 'tpm', { least: 1, whole: true }),
    maxRetries: numberOf(flags, 'retries', { whole: true }),
    timeoutMs: milliseconds(flags, 'timeout'),
    deadlineMs: milliseconds(flags, 'deadline'),
    ...limits(flags),
  };
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}

/** @param {Flags} flags */
function loadEnvironment(flags) {
  const file = flags['env-file'];
  if (typeof file !== 'string') return;
  if (!existsSync(file)) throw new CliError(`There is no file \`${file}\` (\`--env-file\`).`);
  process.loadEnvFile(file);
}

/**
 * A text, or after `@` the file that holds it.
 * @param {Flags} flags
 * @param {string} name
 */
export function textOf(flags, name) {
  const given = flags[name];
  if (typeof given !== 'string' || !given.startsWith('@')) return given;
  return fileText(given.slice(1), name);
}

/**
 * @param {string} path
 * @param {string} flag
 */
function fileText(path, flag) {
  if (!existsSync(path)) throw new CliError(`There is no file \`${path}\` (\`--${flag}\`).`);
  return readFileSync(path, 'utf8')
    .replace(/^\ufeff/, '')
    .trimEnd();
}

/**
 * @param {Flags} flags
 * @param {string} name
 */
function jsonFile(flags, name) {
  const path = flags[name];
  return typeof path === 'string' ? jsonOf(fileText(path, name), path) : undefined;
}

/**
 * @param {string} text
 * @param {string} location
 */
function jsonOf(text, location) {
  let value;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new CliError(`${location}: this is no JSON (${/** @type {Error} */ (error).message}).`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new CliError(`${location}: expected a JSON object, such as \`{"type": "object"}\`.`);
  return value;
}

/**
 * What is wrong with a header is told without its value, which may be a secret.
 * @param {Flags} flags
 */
function headersOf({ header }) {
  if (header === undefined) return undefined;
  /** @type {string[][]} */
  const entries = [header].flat().map((/** @type {string} */ text, /** @type {number} */ index) => {
    const [, name, value] = /^\s*([\w!#$%&'*+.^`|~-]+)\s*:\s*(\S.*?)\s*$/.exec(text) ?? [];
    if (name === undefined)
      throw new CliError(
        `Expected \`--header\` to be a name and a value, as \`--header 'X-Team: search'\`. Number ${index + 1} of them is not.`,
      );
    return [name, value];
  });
  return Object.fromEntries(entries);
}

/**
 * @param {Flags} flags
 * @param {string} name  of a flag in seconds
 */
function milliseconds(flags, name) {
  const seconds = numberOf(flags, name);
  return seconds === undefined ? undefined : seconds * 1000;
}

/** @param {Flags} flags */
function limits(flags) {
  const price = priceOf(flags);
  const prices = price && { [nameOf(flags)]: price };
  if (flags.budget === undefined) return { prices };
  const [, amount, unit] = /^(\d+(?:\.\d+)?)\s*(tok|tokens)?$/.exec(String(flags.budget)) ?? [];
  if (amount === undefined)
    throw new CliError(
      `Expected \`--budget\` to be a sum of money or tokens, as \`5\` or \`200000tok\`, got \`${flags.budget}\`.`,
    );
  if (unit) return { prices, budget: { tokens: Math.round(Number(amount)) } };
  if (!price)
    throw new CliError(
      'A `--budget` in money needs `--price IN/OUT`: what a million tokens read and written cost.',
    );
  return { prices, budget: { cost: Number(amount) } };
}

/** @param {Flags} flags */
export function priceOf(flags) {
  if (flags.price === undefined) return undefined;
  const [, input, output] = /^(\d+(?:\.\d+)?)\/(\d+(?:\.\d+)?)$/.exec(String(flags.price)) ?? [];
  if (input === undefined)
    throw new CliError(
      `Expected \`--price\` to be what a million tokens read and written cost, as \`0.4/1.6\`, got \`${flags.price}\`.`,
    );
  return { input: Number(input), output: Number(output) };
}

/** @param {Flags} flags */
function nameOf(flags) {
  const [company] = String(flags.provider ?? 'openai').split('-');
  const name = flags.model ?? process.env[`${company.toUpperCase()}_MODEL`];
  if (!name) throw new CliError('`--price` is the price of a model: name it with `--model`.');
  return String(name);
}

/**
 * Who answers where nobody is named: an Ollama that listens.
 * @param {Settings} settings
 * @param {(line: string) => void} tell
 */
export async function withSomebody(settings, tell) {
  const provider = /** @type {keyof typeof variables} */ (settings.provider ?? 'openai');
  const needed = variables[provider] ?? [];
  if (settings.baseURL || needed.length === 0 || needed.some((name) => process.env[name])) return settings;
  const model = provider === 'openai' && (settings.model ?? (await ollamaModel()));
  if (model && (await ollamaModel())) {
    tell(`No key is set: asking ${model} of the Ollama on this machine.`);
    return { ...settings, baseURL: `${ollama}/v1`, model };
  }
  throw new CliError(
    `Nobody is there to ask. Set ${needed[0]} (or name a file that does with \`--env-file\`), name a server with \`--base-url\`, or start Ollama.`,
    exits.credentials,
  );
}

/**
 * The smallest chat model of an Ollama, since it has to answer several requests at once on the
 * user's own machine.
 */
async function ollamaModel() {
  try {
    const response = await fetch(`${ollama}/api/tags`, { signal: AbortSignal.timeout(1000) });
    const { models } = /** @type {{ models: { name: string, size: number }[] }} */ (await response.json());
    return models.filter(({ name }) => !/embed|minilm|bge-/.test(name)).sort((a, b) => a.size - b.size)[0]
      ?.name;
  } catch {
    return undefined;
  }
}
