// @ts-check
/**
 * Hostile objects by chance: built of the hostile values, within each other, and handed in at every
 * door. `node tests/node/hostile-chance.mjs [VALUES] [SEED]` makes so many of them, and says what
 * became of the runs.
 */

import { inspect, types } from 'node:util';
import { ParallelAgent, parallelProcess } from 'parallelization-agent';
import { agents, doors, plain } from './hostile-doors.mjs';
import { values } from './hostile-values.mjs';

/** As good as any, and the same everywhere. @param {number} seed */
function random(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The names that the package looks up on what it is given. */
const fields = [
  ...['then', 'toJSON', 'length', 'constructor', 'message', 'name', 'code', 'status', 'headers', 'body'],
  ...['text', 'value', 'done', 'next', 'return', 'id', 'content', 'usage', 'toolCalls', 'arguments', 'get'],
  ...['set', 'getReader', 'read', 'cancel', 'validate', 'issues', 'path', 'type', 'properties', 'items'],
  ...[
    'enum',
    'required',
    'anyOf',
    '$ref',
    'dependencies',
    'complete',
    'execute',
    'parameters',
    'url',
    'role',
  ],
  ...['finishReason', 'reasoning', 'providerData', 'model', 'signal', 'aborted', 'addEventListener', 'cause'],
  ...['~standard', 'jsonSchema', 'vendor', 'version', 'input', 'output', 'weight', 'percentile', 'afterMs'],
];

/** Values whose length alone takes a second each, where they are looked at in full. */
const slow = new Set(['an array of 2^32 - 1 holes', 'an array of 10^12']);

/** @param {object} target @param {string} name @param {any} value */
const put = (target, name, value) =>
  Object.defineProperty(target, name, { value, configurable: true, enumerable: true });

/** @param {any} value */
const objectOr = (value) => (typeof value === 'object' || typeof value === 'function' ? value : null);

/** @param {Promise<unknown>} promise */
function silence(promise) {
  try {
    promise.catch(() => {});
  } catch {
    // It has a constructor that throws, and is kept.
  }
}

/** @param {() => number} chance */
function maker(chance) {
  const kinds = Object.entries(values).flatMap(([name, make]) => (slow.has(name) ? [] : [make]));
  const pick = (/** @type {any[]} */ list) => list[Math.floor(chance() * list.length)];
  /** @type {((depth: number) => any)[]} */
  const wraps = [
    (depth) => [make(depth), make(depth)],
    (depth) => Object.fromEntries(Array.from({ length: 3 }, () => [pick(fields), make(depth)])),
    (depth) => Object.defineProperty({}, pick(fields), { get: () => make(depth), enumerable: true }),
    (depth) => Object.create(objectOr(make(depth))),
    (depth) => () => make(depth),
    (depth) => async () => make(depth),
    (depth) => new Promise((keep) => keep(make(depth))),
    (depth) => put(() => make(depth), pick(fields), make(depth)),
    (depth) => new Proxy({}, { get: () => make(depth) }),
    (depth) => new Proxy(() => {}, { get: () => make(depth), apply: () => make(depth) }),
    (depth) => ({ [Symbol.asyncIterator]: () => ({ next: () => make(depth), return: () => make(depth) }) }),
    (depth) => ({
      *[Symbol.iterator]() {
        yield make(depth);
      },
    }),
    (depth) => put(new Error('x'), pick(fields), make(depth)),
    (depth) => ({ ...looksRight(), [pick(fields)]: make(depth) }),
  ];
  /** What each door is made for: what is hostile in it is met further within. */
  const looksRight = () =>
    pick([
      () => ({ id: 'a', content: 'x', dependencies: [] }),
      () => ({ text: 'x', toolCalls: [], usage: { promptTokens: 1, completionTokens: 1 } }),
      () => ({ status: 200, headers: new Headers(), text: () => '{}' }),
      () => ({ done: false, value: new Uint8Array(1) }),
      () => ({ type: 'object', properties: { a: { type: 'string' } }, required: ['a'] }),
      () => ({ '~standard': { version: 1, vendor: 'x', validate: () => ({ value: 1 }) } }),
      () => ({ complete: () => 'x', concurrency: 1 }),
      () => ({ get: () => undefined, set: () => undefined }),
    ])();
  let made = 0;
  /** @param {number} depth @returns {any} */
  function make(depth) {
    made += 1;
    const value = depth <= 0 || chance() < 0.3 ? pick(kinds)() : pick(wraps)(depth - 1);
    // A promise that nobody takes is nobody's to handle.
    if (types.isPromise(value)) silence(value);
    return value;
  }
  return { make, pick, made: () => made };
}

/**
 * Plays until so many values were made. Resolves with how many runs came to what: codes,
 * `completed`, or `HANGS`, and with what those were given that hang.
 * @param {number} count
 * @param {number} seed
 * @param {number} [atOnce]  with more, they would miss their deadlines on a busy machine
 */
async function play(count, seed, atOnce = 40) {
  const { make, pick, made } = maker(random(seed));
  const places = [
    ...Object.entries(doors),
    ...Object.entries(agents).map(([name, options]) => [
      name,
      (/** @type {any} */ _, /** @type {() => any} */ value) => plain(new ParallelAgent(options(value))),
    ]),
  ];
  /** @type {Record<string, number>} */
  const codes = {};
  /** @type {string[]} */
  const hanging = [];
  const agent = new ParallelAgent({ aggregate: false });
  const next = async () => {
    while (made() < count) {
      const [name, start] = pick(places);
      /** @type {any[]} */
      const given = [];
      const value = () => {
        const value = make(3);
        if (given.length < 3) given.push(value);
        return value;
      };
      const code = await codeOf(() => start(agent, value));
      codes[code] = (codes[code] ?? 0) + 1;
      if (code === 'HANGS') hanging.push(`${name}: ${shown(given)}`);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, next));
  return { codes, hanging };
}

/** Proxies are shown without asking them. @param {any[]} given */
function shown(given) {
  try {
    return inspect(given, { showProxy: true, depth: 4, breakLength: Number.POSITIVE_INFINITY }).slice(
      0,
      1_000,
    );
  } catch {
    return 'it cannot be shown';
  }
}

/** @param {() => any} start */
async function codeOf(start) {
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  const hangs = new Promise((resolve) => {
    timer = setTimeout(resolve, 20_000, 'HANGS');
  });
  try {
    return await Promise.race([Promise.resolve(start()).then(() => 'completed'), hangs]);
  } catch (error) {
    return String(/** @type {any} */ (error).code);
  } finally {
    clearTimeout(timer);
  }
}

const [, , count = '10000', seed = '1'] = process.argv;
let unheard = 0;
// Promises that a hostile value breaks are its own; those of a run are handled.
process.on('unhandledRejection', (/** @type {any} */ reason) => {
  if (types.isNativeError(reason) && reason.name === 'ParallelError') unheard += 1;
});
/** @type {(text: string) => void} */
let answer = () => {};
const answered = new Promise((resolve) => {
  answer = resolve;
});
const beside = parallelProcess('t', [{ id: 'a', content: 'x' }], {
  complete: async () => /** @type {string} */ (await answered),
  aggregate: false,
  // Longer than any number of values takes.
  timeoutMs: 86_400_000,
});
const begun = performance.now();
const { codes, hanging } = await play(Number(count), Number(seed));
answer('well');
const { results } = await beside.catch((error) => error);
const tookMs = Math.round(performance.now() - begun);
console.log(JSON.stringify({ codes, hanging, unheard, beside: results[0].result, tookMs }));
// What hangs on, such as a timer of a hostile value, is of no interest.
process.exit();
