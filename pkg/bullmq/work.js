// @ts-check
/**
 * What goes through the queue: a pattern with what it works on, and options of which some stay at
 * the producer.
 */

import { createHash } from 'node:crypto';
import { checkOptions } from '../check-options.js';
import { InvalidInputError } from '../errors.js';
import { checkNames } from '../option-names.js';
import { issuesOfTravel } from './travel.js';

/**
 * @typedef {object} Job  what lies in the queue
 * @property {1} version
 * @property {string} strategy
 * @property {unknown[]} args
 * @property {Record<string, any>} options
 * @property {string} [runId]
 * @property {string} [threadId]
 * @property {number} [place]  tells it from others that say the same
 * @property {boolean} [aborted]  its producer wants it no more
 */

/**
 * @typedef {object} Work
 * @property {string} strategy
 * @property {unknown[]} args
 * @property {Record<string, any>} options  that travel
 * @property {Record<string, any>} own  that stay here
 */

/**
 * By the names that they have here: the function, and what it takes.
 * @type {Record<string, [string, ...string[]]>}
 */
const patterns = {
  batch: ['batch', 'inputs'],
  process: ['parallelProcess', 'task', 'subtasks'],
  sectioning: ['sectioning', 'topic', 'sections'],
  voting: ['voting', 'question'],
  mapReduce: ['mapReduce', 'documents'],
  perspectives: ['perspectives', 'input', 'workers'],
  bestOf: ['bestOf', 'input', 'n'],
  evaluate: ['evaluate', 'subject', 'criteria'],
  clones: ['clones', 'contexts', 'content'],
  guarded: ['guarded', 'input', 'guards'],
  run: ['run', 'prompt'],
};

/** How many arguments each strategy takes before its options. */
export const counts = new Map(
  Object.values(patterns).map(([strategy, ...names]) => [strategy, names.length]),
);

const isText = (/** @type {unknown} */ value) => typeof value === 'string' && value !== '';
/** What the producer does by itself. */
const ownKinds = {
  signal: {
    what: 'an `AbortSignal`',
    is: (/** @type {any} */ value) => typeof value?.addEventListener === 'function',
  },
  onEvent: { what: 'a function', is: (/** @type {unknown} */ value) => typeof value === 'function' },
  runId: { what: 'a text that is not empty', is: isText },
  threadId: { what: 'a text that is not empty', is: isText },
};
const own = Object.keys(ownKinds);
/** And of a batch, whose items are jobs. */
const ownOfBatch = [...own, 'onResult', 'onError', 'quorum', 'deadlineMs', 'window', 'keepResults'];
/** What all runs of an agent share; and how it reaches its models. */
const ofAgent = [
  'budget',
  'concurrency',
  'fetch',
  'limiter',
  'prices',
  'requestsPerMinute',
  'store',
  'telemetry',
  'tokensPerMinute',
];

/**
 * Reads what is to be done, and throws what is wrong with it.
 * @param {any} work
 * @returns {Work}
 */
export function readWork(work) {
  if (!isObject(work)) throw wrong('work', 'Expected an object, such as `{ batch: documents }`.', work);
  const { options = {}, ...rest } = work;
  const [name, other] = Object.keys(rest);
  const pattern = Object.hasOwn(patterns, name ?? '') ? patterns[name] : undefined;
  if (!pattern || other !== undefined) {
    const message = `Expected one of ${Object.keys(patterns).join(', ')}, and \`options\`.`;
    throw wrong('work', message, Object.keys(rest).join(', ') || 'none of them');
  }
  checkNames(options);
  const [strategy, ...names] = pattern;
  const stays = strategy === 'batch' ? ownOfBatch : own;
  const entries = Object.entries(options).filter(([, value]) => value !== undefined);
  const travelling = Object.fromEntries(entries.filter(([option]) => !stays.includes(option)));
  checkOptions(Object.fromEntries(entries.filter(([option]) => Object.hasOwn(ownKinds, option))), ownKinds);
  const issues = [
    ...Object.keys(travelling)
      .filter((option) => ofAgent.includes(option))
      .map((option) => ({
        path: `options.${option}`,
        message: `It belongs to the worker: \`processor(new ParallelAgent({ ${option}: … }))\`.`,
        received: typeof travelling[option],
      })),
    ...issuesOfTravel(travelling, 'options', ofAgent),
    ...(isIterable(rest[name]) ? [] : issuesOfTravel(said(strategy, rest[name]), name)),
  ];
  if (issues.length > 0) throw new InvalidInputError(issues.slice(0, 20), issues.length);
  return {
    strategy,
    args: names.length === 1 ? [rest[name]] : named(name, names, rest[name]),
    options: travelling,
    own: Object.fromEntries(entries.filter(([option]) => stays.includes(option))),
  };
}

/**
 * @param {string} path
 * @param {string[]} names
 * @param {any} value
 */
function named(path, names, value) {
  const shape = `Expected \`{ ${names.join(', ')} }\`.`;
  if (!isObject(value)) throw wrong(path, shape, value);
  const unknown = Object.keys(value).find((key) => !names.includes(key));
  if (unknown !== undefined) throw wrong(`${path}.${unknown}`, shape, unknown);
  // JSON has no word for what is left out.
  const given = names.findLastIndex((key) => value[key] !== undefined);
  return names.slice(0, given + 1).map((key) => value[key]);
}

/** @param {string} strategy @param {any} value */
function said(strategy, value) {
  return strategy === 'batch' && Array.isArray(value) ? value.map(itemOf) : value;
}

/** What is asked of a model. Further columns of a row stay here. @param {any} row */
export function itemOf(row) {
  if (!isObject(row)) return row;
  const { id, content, body } = row;
  return content === undefined ? { id, body } : { id, content };
}

/** A batch may be read as it goes. @param {any} value */
function isIterable(value) {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Symbol.asyncIterator in value || Symbol.iterator in value;
}

/**
 * Names a job by what it says: adding it twice is adding it once. A number would come again when a
 * Redis has forgotten it, and give somebody else's result.
 * @param {Job} job
 */
export function nameOf(job) {
  return createHash('sha256')
    .update(JSON.stringify(sorted(job)))
    .digest('hex')
    .slice(0, 40);
}

/** The order in which an object was written says nothing. @param {any} value @returns {any} */
function sorted(value) {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sorted(value[key])]),
  );
}

/** @param {unknown} value */
function isObject(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * @param {string} path
 * @param {string} message
 * @param {unknown} received
 */
export function wrong(path, message, received) {
  const excerpt = typeof received === 'object' && received !== null ? 'an object' : String(received);
  return new InvalidInputError([{ path, message, received: excerpt.slice(0, 100) }]);
}
