// @ts-check
/** All the doors that a hostile value comes in by. */

const whole = JSON.stringify({ choices: [{ message: { content: 'x' }, finish_reason: 'stop' }] });
const one = [{ id: 'a', content: 'x' }];
const server = { baseURL: 'https://nowhere.example/v1', apiKey: 'k', maxRetries: 0, deadlineMs: 300 };
const own = { complete: () => 'x', maxRetries: 0, deadlineMs: 300 };

/** @param {() => any} value */
const calls = (value) => {
  let asked = 0;
  return () => {
    asked += 1;
    return asked > 1 ? 'done' : { toolCalls: [{ id: 'c', name: 'f', arguments: '{"a":1}' }], usage: value() };
  };
};

/** @param {(chunk: any) => object} read */
const response = (read) => ({
  status: 200,
  body: { getReader: () => ({ read: () => read(undefined) }) },
  text: () => whole,
});

/**
 * A `fetch` that gives a response with one part of it replaced.
 * @param {string} part
 * @param {() => any} value
 */
const fetched = (part, value) => async () => {
  const parts = { status: 200, headers: new Headers(), text: () => whole };
  return Object.defineProperty(parts, part, { get: value, enumerable: true, configurable: true });
};

/**
 * A batch whose answer a library's schema checks.
 * @param {any} agent
 * @param {Record<string, unknown>} standard  what is hostile in it
 */
const checked = (agent, standard) =>
  agent.batch(['a'], {
    ...own,
    complete: () => '{"a":1}',
    schema: {
      '~standard': { version: 1, vendor: 'x', jsonSchema: { input: () => ({}) }, ...standard },
    },
  });

/**
 * Each starts a run with a hostile value somewhere, and may give back anything.
 * @type {Record<string, (agent: any, value: () => any) => any>}
 */
export const doors = {
  options: (agent, value) => agent.batch(['a'], value()),
  argument: (agent, value) => agent.batch(value(), own),
  'an input': (agent, value) => agent.batch([value()], own),
  'an argument of two': (agent, value) => agent.voting(value(), { ...own, voters: 2 }),
  subtasks: (agent, value) => agent.parallelProcess('t', value(), own),
  'a subtask': (agent, value) => agent.parallelProcess('t', [value()], own),
  'a field of a subtask': (agent, value) => agent.parallelProcess('t', [{ id: 'a', content: value() }], own),
  sections: (agent, value) => agent.sectioning('t', value()),
  contexts: (agent, value) => agent.clones(value(), 'text', own),
  'a context': (agent, value) => agent.clones({ a: { b: value() } }, 'text', own),
  ...Object.fromEntries(
    [
      'signal',
      'onEvent',
      'runId',
      'extraBody',
      'schema',
      'jsonSchema',
      'tools',
      'workers',
      'complete',
      'model',
      'headers',
      'aggregate',
      'fallbacks',
      'hedge',
      'stop',
      'apiKey',
      'baseURL',
      'maxAnswerBytes',
      'timeoutMs',
      'instructions',
    ].map((name) => [
      `the option ${name}`,
      (/** @type {any} */ agent, /** @type {() => any} */ value) =>
        agent.batch(['a'], { ...own, [name]: value() }),
    ]),
  ),
  'within extraBody': (agent, value) => agent.batch(['a'], { ...own, extraBody: { a: [value()] } }),
  'what complete gives': (agent, value) => agent.batch(['a'], { ...own, complete: () => value() }),
  'what complete throws': (agent, value) =>
    agent.batch(['a'], {
      ...own,
      complete: () => {
        throw value();
      },
    }),
  'what complete promises': (agent, value) => agent.batch(['a'], { ...own, complete: async () => value() }),
  'a piece of complete': (agent, value) =>
    agent.batch(['a'], {
      ...own,
      stream: true,
      async *complete() {
        yield 'x';
        yield value();
      },
    }),
  'a step of its iterator': (agent, value) =>
    agent.batch(['a'], {
      ...own,
      complete: () => ({ [Symbol.asyncIterator]: () => ({ next: value, return: value }) }),
    }),
  ...Object.fromEntries(
    ['text', 'toolCalls', 'usage', 'finishReason', 'model', 'reasoning', 'providerData'].map((name) => [
      `${name} of what complete gives`,
      (/** @type {any} */ agent, /** @type {() => any} */ value) =>
        agent.batch(['a'], { ...own, complete: () => ({ text: 'x', [name]: value() }) }),
    ]),
  ),
  'arguments of a tool call': (agent, value) =>
    agent.batch(['a'], { ...own, complete: () => ({ toolCalls: [{ name: 'f', arguments: value() }] }) }),
  'what an error of complete says': (agent, value) =>
    agent.batch(['a'], {
      ...own,
      complete: () => {
        throw Object.assign(new Error('x'), {
          status: value(),
          headers: value(),
          code: value(),
          cause: value(),
        });
      },
    }),
  'what a tool gives': (agent, value) =>
    agent.batch(['a'], { ...own, complete: calls(value), tools: [{ name: 'f', execute: () => value() }] }),
  'what a tool throws': (agent, value) =>
    agent.batch(['a'], {
      ...own,
      complete: calls(value),
      tools: [
        {
          name: 'f',
          execute: () => {
            throw value();
          },
        },
      ],
    }),
  'parameters of a tool': (agent, value) =>
    agent.batch(['a'], {
      ...own,
      complete: calls(value),
      tools: [{ name: 'f', parameters: value(), execute: () => 1 }],
    }),
  'a schema that gives it': (agent, value) => checked(agent, { validate: value }),
  'issues of a schema': (agent, value) =>
    checked(agent, { validate: () => ({ issues: [{ path: value(), message: value() }, value()] }) }),
  'a value of a schema': (agent, value) => checked(agent, { validate: () => ({ value: value() }) }),
  'JSON Schema of a schema': (agent, value) =>
    checked(agent, {
      vendor: value(),
      validate: () => ({ value: 1 }),
      jsonSchema: { input: value, output: value },
    }),
  'what select gives': (agent, value) => agent.voting('q', { ...own, voters: 2, select: () => value() }),
  'what onResult gives': (agent, value) => agent.batch(['a'], { ...own, onResult: () => value() }),
  'what onEvent gives': (agent, value) => agent.batch(['a'], { ...own, onEvent: () => value() }),
  'a reason to abort': (agent, value) => {
    const run = agent.batch(['a'], { ...own, complete: () => new Promise(() => {}) });
    setTimeout(() => run.abort(value()));
    return run;
  },
  'a step of a generator': (agent, value) =>
    agent.batch({ [Symbol.asyncIterator]: () => ({ next: value, return: value }) }, own),
  'an item of a generator': (agent, value) =>
    agent.batch(
      (function* () {
        yield value();
      })(),
      own,
    ),
};

/**
 * Each makes the options of an agent with a hostile value somewhere within.
 * @type {Record<string, (value: () => any) => any>}
 */
export const agents = {
  'the options of an agent': (value) => value(),
  'a fetch': (value) => ({ ...server, fetch: value() }),
  'what fetch gives': (value) => ({ ...server, fetch: () => value() }),
  'what fetch throws': (value) => ({
    ...server,
    fetch: () => {
      throw value();
    },
  }),
  ...Object.fromEntries(
    ['status', 'headers', 'body', 'text'].map((part) => [
      `${part} of a response`,
      (/** @type {() => any} */ value) => ({ ...server, fetch: fetched(part, value) }),
    ]),
  ),
  'a header': (value) => ({
    ...server,
    fetch: async () => ({ status: 200, headers: { get: value }, text: () => whole }),
  }),
  'the text of a response': (value) => ({ ...server, fetch: async () => ({ status: 200, text: value }) }),
  'a reader': (value) => ({
    ...server,
    fetch: async () => ({ status: 200, body: { getReader: value }, text: () => whole }),
  }),
  'what a reader reads': (value) => ({ ...server, fetch: async () => response(value) }),
  'a piece that a reader reads': (value) => ({
    ...server,
    stream: true,
    fetch: async () => response(async () => ({ done: false, value: value() })),
  }),
  'a piece that a body gives': (value) => ({
    ...server,
    stream: true,
    fetch: async () => ({ status: 200, body: { nextPiece: value, onPiece() {}, cancel: value } }),
  }),
  'a body that tells of pieces': (value) => ({
    ...server,
    fetch: async () => ({ status: 200, body: { nextPiece: () => new Uint8Array(0), onPiece: value } }),
  }),
  'whether a reader is done': (value) => ({
    ...server,
    fetch: async () =>
      response(async () => Object.defineProperty({ value: new Uint8Array(1) }, 'done', { get: value })),
  }),
  'a store': (value) => ({ ...own, store: value() }),
  'what a store gets': (value) => ({ ...own, store: { get: value, set: () => {} } }),
  'what a store says of setting': (value) => ({ ...own, store: { get: () => undefined, set: value } }),
  'a method of a store': (value) => ({ ...own, store: { get: value(), set: value() } }),
  prices: (value) => ({ ...own, prices: { m: value() }, budget: value() }),
};

/** What a plain run of such an agent is. @param {any} agent */
export const plain = (agent) => agent.parallelProcess('t', one, { aggregate: false });
