// @ts-check
/**
 * Wrong input: one error that names everything, with its place and the remedy, before any request
 * is sent.
 */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InvalidInputError, ParallelAgent, parallelProcess } from 'parallelization-agent';
import { complete, startModelServer } from './model-server.mjs';

const one = [{ id: 'a', content: 'x' }];

/**
 * The issues that a call is refused with. The server must not hear of it.
 * @param {import('node:test').TestContext} t
 * @param {any} subtasks
 * @param {any} [options]
 */
async function issuesOf(t, subtasks, options) {
  const server = await startModelServer(t, (_, response) => complete(response, 'x'));
  const run = parallelProcess('task', subtasks, { baseURL: server.baseURL, ...options });
  const error = await run.then(
    () => assert.fail('the input was accepted'),
    (/** @type {any} */ error) => error,
  );
  assert.ok(error instanceof InvalidInputError, String(error));
  assert.equal(error.code, 'INVALID_INPUT');
  assert.equal(server.requests.length, 0);
  for (const { path, message } of error.issues)
    assert.ok(error.message.includes(path) && error.message.includes(message));
  return error.issues;
}

/** @type {[string, any, any, string, RegExp][]} */
const cases = [
  ['no subtasks', [], {}, 'subtasks', /at least one/],
  ['subtasks that are no array', 'all of them', {}, 'subtasks', /array of subtasks/],
  ['a duplicate id', [...one, ...one], {}, 'subtasks[1].id', /`a` is that of `subtasks\[0\]`/],
  ['an empty id', [{ id: '', content: 'x' }], {}, 'subtasks[0].id', /not empty/],
  [
    'an unknown dependency',
    [{ ...one[0], dependencies: ['b'] }],
    {},
    'subtasks[0].dependencies[0]',
    /no subtask `b`/,
  ],
  [
    'a self-dependency',
    [{ ...one[0], dependencies: ['a'] }],
    {},
    'subtasks[0].dependencies[0]',
    /depends on itself/,
  ],
  [
    'dependencies that are no array',
    [{ ...one[0], dependencies: 'b' }],
    {},
    'subtasks[0].dependencies',
    /array of ids/,
  ],
  ['missing content', [{ id: 'a' }], {}, 'subtasks[0].content', /a string/],
  [
    'no concurrency at all',
    one,
    { concurrency: 0 },
    'options.concurrency',
    /whole number from 1 up.*`0` \(number\)/,
  ],
  ['a negative time-out', one, { timeoutMs: -1 }, 'options.timeoutMs', /milliseconds above 0.*`-1`/],
  ['a misspelt option', one, { concurency: 5 }, 'options.concurency', /Did you mean `concurrency`\?/],
  ['a misspelt field', [{ ...one[0], dependancies: [] }], {}, 'subtasks[0].dependancies', /`dependencies`/],
  ['a base URL that is none', one, { baseURL: 'example' }, 'options.baseURL', /an address such as/],
  ['a header of two lines', one, { headers: { 'x-a': 'b\r\nc: d' } }, 'options.headers.x-a', /one line/],
  [
    'a key with a character that no key has',
    one,
    { apiKey: 'sk-…' },
    'options.apiKey',
    /a character that no key has/,
  ],
  ['a listener that is no function', one, { onEvent: 'log' }, 'options.onEvent', /a function/],
  ['a signal that is none', one, { signal: true }, 'options.signal', /AbortSignal/],
  [
    'the controller of a signal',
    one,
    { signal: new AbortController() },
    'options.signal',
    /`controller.signal`/,
  ],
];

for (const [name, subtasks, options, path, message] of cases) {
  test(`${name} is refused`, async (t) => {
    const issues = await issuesOf(t, subtasks, options);
    const issue = issues.find((issue) => issue.path === path);
    assert.ok(issue, `no issue at ${path} in ${JSON.stringify(issues)}`);
    assert.match(issue.message, message);
  });
}

test('a cycle of three among a thousand subtasks is named in full', async (t) => {
  const subtasks = Array.from({ length: 1000 }, (_, index) => ({
    id: `t${index}`,
    content: 'x',
    dependencies: index > 0 ? [`t${index - 1}`] : [],
  }));
  subtasks[500].dependencies.push('t502');
  const issues = await issuesOf(t, subtasks);
  assert.equal(issues.length, 1);
  assert.match(
    issues[0].message,
    /t500 → t502 → t501 → t500|t502 → t501 → t500 → t502|t501 → t500 → t502 → t501/,
  );
});

test('all problems are told at once', async (t) => {
  const subtasks = [{ id: 'a', content: '' }, { id: 'a', content: 'x', dependencies: ['b', 'a'] }, null];
  const issues = await issuesOf(t, subtasks, { concurrency: 0, maxRetries: -1, onError: 'ignore' });
  const paths = issues.map(({ path }) => path).sort();
  assert.deepEqual(paths, [
    'options.concurrency',
    'options.maxRetries',
    'options.onError',
    'subtasks[0].content',
    'subtasks[1].dependencies[0]',
    'subtasks[1].id',
    'subtasks[2]',
  ]);
});

test('without a key the default endpoint is not even asked, and the error says what to set', async (t) => {
  const { OPENAI_API_KEY, OPENAI_BASE_URL } = process.env;
  delete process.env.OPENAI_API_KEY;
  delete process.env.OPENAI_BASE_URL;
  t.after(() => {
    if (OPENAI_API_KEY !== undefined) process.env.OPENAI_API_KEY = OPENAI_API_KEY;
    if (OPENAI_BASE_URL !== undefined) process.env.OPENAI_BASE_URL = OPENAI_BASE_URL;
  });
  await assert.rejects(parallelProcess('task', one), (/** @type {any} */ error) => {
    assert.equal(error.code, 'INVALID_INPUT');
    assert.equal(error.issues[0].path, 'options.apiKey');
    assert.match(error.message, /OPENAI_API_KEY/);
    assert.match(error.message, /`apiKey`/);
    return true;
  });
});

test('a key that stands in the wrong place is not repeated', async (t) => {
  const issues = await issuesOf(t, one, {
    apikey: 'sk-canary-1',
    headers: { 'bad name': 'sk-canary-2' },
    apiKey: ['sk-canary-3'],
  });
  assert.equal(issues.length, 3);
  assert.doesNotMatch(JSON.stringify(issues), /canary/);
});

test('an object that holds itself is said to do so, and walked once', async () => {
  /** @type {any} */
  const extraBody = { first: {}, second: {} };
  for (const inner of [extraBody.first, extraBody.second])
    Object.assign(inner, { up: extraBody, and: extraBody });
  const options = { baseURL: 'http://localhost:1/v1', extraBody };
  await assert.rejects(
    parallelProcess('t', [{ id: 'a', content: 'x' }], options),
    (/** @type {any} */ error) => {
      assert.equal(error.code, 'INVALID_INPUT');
      assert.deepEqual(
        error.issues.map((/** @type {any} */ { path }) => path),
        ['first.up', 'first.and', 'second.up', 'second.and'].map((path) => `options.extraBody.${path}`),
      );
      assert.match(error.message, /options\.extraBody\.first\.up: It holds itself/);
      return true;
    },
  );
});

test('an agent with options that nobody knows is refused at once, and a call with them like all else that is wrong', async () => {
  /** @type {[any, string, RegExp][]} */
  const wrong = [
    [{ concurency: 5 }, 'options.concurency', /Did you mean `concurrency`\?/],
    [{ retries: 5 }, 'options.retries', /Did you mean `maxRetries`\?/],
    [{ sk_live_secret: 'sk-canary' }, 'options.sk_live_secret', /Known are /],
    ['gpt-5', 'options', /an object/],
  ];
  for (const [options, path, message] of wrong) {
    assert.throws(
      () => new ParallelAgent(options),
      (/** @type {any} */ error) => {
        assert.ok(error instanceof InvalidInputError);
        assert.equal(error.issues[0]?.path, path);
        assert.match(error.message, message);
        return !JSON.stringify(error.issues).includes('canary');
      },
    );
  }
  new ParallelAgent({ concurrency: 2, voters: 3 });
  const run = parallelProcess('t', one, /** @type {any} */ ({ concurency: 5, timeoutMs: -1 }));
  await assert.rejects(
    run,
    (/** @type {any} */ { issues, totalIssues }) => issues.length >= 2 && totalIssues >= 2,
  );
});

test('of thousands of wrong rows the first are told and all are counted', async () => {
  const rows = Array.from({ length: 8000 }, (_, index) => ({ id: `t${index}`, content: '' }));
  const run = parallelProcess('t', rows, { baseURL: 'http://127.0.0.1:9' });
  await assert.rejects(run, (/** @type {any} */ { message, issues, totalIssues }) => {
    assert.equal(issues.length, 20);
    assert.equal(totalIssues, 8000);
    assert.match(message, /wrong in 8000 places[\s\S]*and 7980 more$/);
    return message.length < 10_000;
  });
});
