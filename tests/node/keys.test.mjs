// @ts-check
/**
 * A key is sent in a header and shown nowhere: every way to fail is gone through with a key that
 * would be seen, and all that comes out is searched for it, in whatever form.
 */

import assert from 'node:assert/strict';
import { after as afterAll, before, describe, mock, test } from 'node:test';
import { inspect } from 'node:util';
import { ParallelAgent, parallelProcess } from 'parallelization-agent';
import { after, complete, respond, startModelServer } from './model-server.mjs';

/** Each kind of secret has a part that is like no other, in plain, in base64 and in an address. */
const secrets = {
  apiKey: 'canary-one/of+many=KEY',
  fallbackKey: 'canary-two/of+many=KEY',
  headerKey: 'canary-three/of+many=KEY',
  password: 'canary-four/of+many=KEY',
  inAddress: 'canary-five-of-many-KEY',
  typed: 'sk-canary-six-of-many-KEY',
};

const basic = Buffer.from(`someone:${secrets.password}`).toString('base64');
const base64 = (/** @type {string} */ text, skip = 0) =>
  Buffer.from('u:'.slice(0, skip) + text).toString('base64');

/** What nothing that comes out may hold. */
const traces = [
  'canary',
  'of-many',
  'of+many',
  'of%2Bmany',
  'CANARY',
  Buffer.from('of+many').toString('hex'),
  Buffer.from('of+many').toString('hex').toUpperCase(),
  '&#97;&#110;',
  ...Object.values(secrets).flatMap((secret) => [0, 1, 2].map((skip) => base64(secret, skip).slice(4, 16))),
  basic.slice(4, 20),
];

/** @param {unknown} output */
function assertClean(output) {
  const text = `${inspect(output, { depth: 20, showHidden: true, maxStringLength: null })}${JSON.stringify(output)}`;
  for (const trace of traces) {
    const at = text.indexOf(trace);
    assert.equal(at, -1, `${trace} is in …${text.slice(Math.max(0, at - 80), at + 80)}…`);
  }
}

/** All that an error says, its stack and causes too. @param {any} error */
const all = (error) => [error, error?.message, error?.stack, error?.cause, error?.cause?.stack, { ...error }];

/**
 * What a server may say of a request that it was sent: everything about it.
 * @param {import('node:http').IncomingHttpHeaders} headers
 */
function gossip(headers) {
  const told = ['authorization', 'x-api-key', 'x-goog-api-key', 'api-key', 'cookie']
    .map((name) => headers[name])
    .join(' ');
  const key = told.split(' ').find((word) => word.includes('canary')) ?? secrets.apiKey;
  const half = Math.ceil(key.length / 2);
  const hex = Buffer.from(key).toString('hex');
  const numbers = [...key].map((letter) => `&#${letter.charCodeAt(0)};`).join('');
  const forms = [
    key,
    key.toUpperCase(),
    hex,
    hex.toUpperCase(),
    key.replaceAll('/', '&#x2F;').replaceAll('+', '&#43;').replaceAll('=', '&#61;'),
    numbers,
    `${key.slice(0, half)}...`,
    `...${key.slice(half - 1)}`,
    encodeURIComponent(key),
    base64(key),
    base64(key, 1),
    base64(key, 2),
    key.replaceAll('/', '\\/'),
  ];
  const password = told.includes(basic) ? secrets.password : 'nothing else';
  return `You sent ${told}; that is ${forms.join(', ')} and ${password} at ${secrets.inAddress}. ${secrets.typed}!`;
}

const one = [{ id: 'a', content: 'x' }];
const providers = /** @type {const} */ (['openai', 'anthropic', 'gemini']);

/**
 * Ways to fail: each gets the words that it may repeat.
 * @type {Record<string, (r: import('node:http').ServerResponse, words: string) => unknown>}
 */
const ways = {
  'status 400': (r, words) => respond(r, 400, { error: { message: words } }),
  'status 401 in plain text': (r, words) => respond(r, 401, words),
  'status 403 as a page': (r, words) => respond(r, 403, `<p>${words}</p>`),
  'status 404 with the error as a string': (r, words) => respond(r, 404, { error: words }),
  'status 429': (r, words) => respond(r, 429, { error: { message: words } }, { 'retry-after-ms': '1' }),
  'no credit': (r, words) => respond(r, 429, { error: { code: 'insufficient_quota', message: words } }),
  'status 500 and an id that is the key': (r, words) =>
    respond(r, 500, words, { 'x-request-id': /canary[^ ,;]*KEY/.exec(words)?.[0] ?? '' }),
  'an error under status 200': (r, words) => respond(r, 200, { error: { message: words } }),
  'no JSON': (r, words) => respond(r, 200, words),
  'half of it': (r, words) => respond(r, 200, JSON.stringify({ error: words }).slice(0, -5)),
  'a refusal': (r, words) =>
    respond(r, 200, { choices: [{ message: { refusal: words }, finish_reason: 'stop' }] }),
  'an error in a stream, in pieces': async (r, words) => {
    r.writeHead(200, { 'content-type': 'text/event-stream' });
    const event = `data: ${JSON.stringify({ error: { message: words } })}\n\n`;
    for (let at = 0; at < event.length; at += 11) {
      r.write(event.slice(at, at + 11));
      await after(0);
    }
    r.end();
  },
  'a stream of nonsense': (r, words) =>
    r.writeHead(200, { 'content-type': 'text/event-stream' }).end(`data: {"choices": ${words}\n\n`),
  'a reset': (r) => r.socket?.resetAndDestroy(),
};

/** @type {Record<string, object>} */
const holders = {
  'the key': { apiKey: secrets.apiKey },
  'a bearer’s header': { headers: { authorization: `Bearer ${secrets.headerKey}` } },
  'a name and a password': { headers: { authorization: `Basic ${basic}` } },
  'a header of its own': {
    headers: { 'api-key': secrets.headerKey, cookie: `id=${secrets.headerKey}; theme=dark` },
  },
};

// At the same time: most of it is waiting to try again.
describe('whatever a server answers', { concurrency: true }, () => {
  /** @type {unknown[]} */
  const printed = [];
  before(() => {
    for (const method of /** @type {const} */ (['log', 'info', 'warn', 'error', 'debug', 'trace'])) {
      mock.method(console, method, (/** @type {unknown[]} */ ...args) => printed.push(...args));
    }
  });
  afterAll(() => mock.restoreAll());

  for (const [name, way] of Object.entries(ways)) {
    test(`${name} gives no key away`, async (t) => {
      const server = await startModelServer(t, ({ headers }, response) => way(response, gossip(headers)));
      const address = `${server.baseURL}?code=${secrets.inAddress}`;
      const combinations = providers.flatMap((provider) =>
        Object.entries(holders).map(([holder, options]) => ({ provider, holder, options })),
      );
      const outputs = combinations.map(async ({ provider, holder, options }) => {
        /** @type {unknown[]} */
        const output = [];
        const store = new Map();
        const run = parallelProcess('t', [{ id: 'a', content: `${provider}, ${holder}` }], {
          baseURL: address,
          provider,
          model: 'm',
          ...options,
          // Both are found out.
          fallbacks: [{ baseURL: address, provider: 'openai', model: 'n', apiKey: secrets.fallbackKey }],
          maxRetries: 1,
          stream: true,
          store,
          onEvent: (event) => output.push(event),
        });
        await run.then(
          (result) => output.push(result),
          (error) => output.push(...all(error)),
        );
        output.push(run.snapshot(), [...store], run);
        assert.ok(server.requests.some(({ content }) => content === `${provider}, ${holder}`));
        return output;
      });
      assertClean([await Promise.all(outputs), printed]);
    });
  }
});

test('a good answer gives no key away in what comes with its text', async (t) => {
  for (const stream of [false, true]) {
    for (const provider of providers) {
      const server = await startModelServer(t, ({ headers }, response) => {
        const told = headers.authorization ?? headers['x-api-key'] ?? headers['x-goog-api-key'];
        const words = String(told).replace('Bearer ', '');
        const calls = [{ id: words, function: { name: 'a', arguments: '{}' } }];
        /** @type {Record<string, object>} */
        const bodies = {
          openai: {
            model: words,
            choices: [{ message: { content: 'fine', tool_calls: calls }, finish_reason: words }],
          },
          anthropic: {
            model: words,
            stop_reason: words,
            content: [
              { type: 'text', text: 'fine' },
              { type: 'tool_use', id: words, name: 'a', input: {} },
            ],
          },
          gemini: {
            modelVersion: words,
            responseId: words,
            candidates: [{ finishReason: words, content: { parts: [{ text: 'fine' }] } }],
          },
        };
        respond(response, 200, bodies[provider], { 'x-request-id': words, 'request-id': words });
      });
      /** @type {unknown[]} */
      const output = [];
      const store = new Map();
      const run = parallelProcess('t', one, {
        provider,
        baseURL: server.baseURL,
        model: 'm',
        apiKey: secrets.apiKey,
        stream,
        store,
        tools: [{ name: 'a', execute: () => 'done' }],
        maxSteps: 2,
        aggregate: false,
        onEvent: (event) => output.push(event),
      });
      const result = await run.catch((error) => error);
      output.push(result, run.snapshot(), [...store]);
      assert.ok(server.requests.length > 0);
      assert.ok(result.results[0].metadata.model === '[key]' || result.results[0].status === 'failed');
      assertClean(output);
    }
  }
});

test('what the caller’s own functions throw gives no key away', async () => {
  const words = gossip({ authorization: `Bearer ${secrets.apiKey}` });
  const failing = () => {
    throw Object.assign(new Error(words), { cause: new Error(words), url: words });
  };
  const base = { apiKey: secrets.apiKey, headers: { authorization: `Basic ${basic}` }, maxRetries: 0 };
  for (const options of [
    { ...base, baseURL: `http://127.0.0.1:9/v1?code=${secrets.inAddress}`, fetch: failing },
    { ...base, baseURL: `http://127.0.0.1:9/v1?code=${secrets.inAddress}` },
  ]) {
    /** @type {unknown[]} */
    const output = [];
    const run = parallelProcess('t', one, { ...options, onEvent: (event) => output.push(event) });
    await run.catch((error) => output.push(...all(error)));
    assert.ok(output.length > 5);
    assertClean(output);
  }
});

test('wrong input is told without the secrets in it', async () => {
  for (const options of [
    { apiKey: `${secrets.apiKey}\n\u201c` },
    { apiKey: { canary: secrets.apiKey } },
    { headers: { authorization: `${secrets.headerKey}\u2026` } },
    { headers: secrets.headerKey },
    { baseURL: `https://someone:${secrets.inAddress}@host.example/v1` },
    { fallbacks: [{ apiKey: [secrets.fallbackKey] }] },
    { workers: { kind: { apiKey: 7, headers: [secrets.headerKey] } } },
    { baseURL: secrets.apiKey, apiKey: 'https://host.example/v1' },
    { baseURL: secrets.typed },
    { apiKey: secrets.apiKey, baseURL: `${secrets.apiKey} ` },
    ...[
      'provider',
      'temperature',
      'timeoutMs',
      'concurrency',
      'onError',
      'stream',
      'fallbacks',
      'signal',
      'prices',
    ].flatMap((name) => Object.values(secrets).map((secret) => ({ [name]: secret }))),
    { apiKey: secrets.apiKey, [secrets.apiKey]: true },
    { fallbacks: [secrets.fallbackKey], workers: secrets.headerKey },
  ]) {
    const error = await parallelProcess('t', one, /** @type {any} */ (options)).then(
      () => assert.fail('it was taken'),
      (thrown) => thrown,
    );
    assert.equal(error.code, 'INVALID_INPUT', JSON.stringify(options));
    assertClean(all(error));
  }
});

test('a key that is a number is not repeated', async () => {
  for (const options of [{ apiKey: 8_675_309_867 }, { apiKey: 8_675_309_867, maxRetries: 8_675_309_867 }]) {
    const run = parallelProcess('t', one, /** @type {any} */ (options));
    const error = await run.catch((thrown) => thrown);
    assert.equal(error.code, 'INVALID_INPUT');
    assert.doesNotMatch(`${inspect(all(error))}${JSON.stringify(error.issues)}`, /8675309/);
  }
});

test('an agent and its runs show no key of theirs', async (t) => {
  const server = await startModelServer(t, (_, response) => complete(response, 'fine'));
  const agent = new ParallelAgent({
    baseURL: server.baseURL,
    apiKey: secrets.apiKey,
    headers: { cookie: secrets.headerKey },
  });
  const run = agent.parallelProcess('t', one);
  assertClean([run, await run]);
  assert.doesNotMatch(JSON.stringify(agent) ?? '', /canary/);
});

test('the key and headers of an agent with an address of its own go to no other that a run names', async (t) => {
  /** @type {import('node:http').IncomingHttpHeaders[]} */
  const seen = [];
  const note = async (/** @type {any} */ { headers }, /** @type {any} */ response) => {
    seen.push(headers);
    complete(response, 'well');
  };
  const [own, other] = [await startModelServer(t, note), await startModelServer(t, note)];
  const headers = { authorization: `Bearer ${secrets.headerKey}` };
  const subtasks = [{ id: 'a', content: 'x' }];
  for (const credentials of [{ apiKey: secrets.apiKey }, { headers }]) {
    const agent = new ParallelAgent({ ...credentials, baseURL: own.baseURL, model: 'm', aggregate: false });
    await agent.parallelProcess('t', subtasks);
    await agent.parallelProcess('t', subtasks, { baseURL: other.baseURL });
    await agent.parallelProcess('t', subtasks, { baseURL: other.baseURL, apiKey: 'sk-of-the-run' });
  }
  const told = seen.map(({ authorization }) => authorization);
  const ofRun = [undefined, 'Bearer sk-of-the-run'];
  assert.deepEqual(told, [`Bearer ${secrets.apiKey}`, ...ofRun, headers.authorization, ...ofRun]);
});
