// @ts-check
/** Wrong usage is told before any call, with what to do; and each kind of end has its exit code. */

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { describe, test } from 'node:test';
import { flagsOf } from '../../pkg/cli/flags.js';
import { settingsOf } from '../../pkg/cli/settings.js';
import { complete, respond, startModelServer } from '../node/model-server.mjs';
import { hasScript, onTerminal, shell } from './shell.mjs';

const files = {
  'in.txt': 'one\ntwo\n',
  'in.csv': 'text,stars\nfine,5\n',
  'bad.csv': 'text,stars\nfine,5\nshort\n',
  'open.csv': 'text\n"never closed\n',
  'windows.csv': 'text,stars\r\n"two\r\nlines",5\r\nfine,4\r\nshort\r\n',
  'bad.jsonl': '"fine"\n{"half\n',
  'mixed.jsonl': '{"text":"fine"}\n{"other":"x"}\n',
  'list.json': '[1]',
  'bad-list.json': '["a", 3]',
  'pretty.json': '{\n  "text": "x"\n}\n',
  'empty.yaml': 'task: t\n',
  'kind.json': '{"type":"objekt"}',
};

/** @type {[string, RegExp][]} */
const wrong = [
  ['$CLI run nowhere.txt', /There is no file `nowhere\.txt`/],
  ['$CLI run .', /is a folder/],
  ['$CLI run in.txt --modle x', /no flag `--modle`\. Did you mean `--model`\?/],
  ['$CLI rnu in.txt', /no command `rnu`\. Did you mean `run`\?/],
  ['$CLI in.csv', /no command `in\.csv`\. It is a file: did you mean `run in\.csv`\?/],
  ["$CLI -t '{text}' in.csv", /no command `-t`\. The command comes first: `run FILE -t`/],
  [
    "$CLI run in.csv -t 'It is {txt}'",
    /in\.csv, line \d: the row has no field `txt`\. Did you mean `text`\?/,
  ],
  ["$CLI run mixed.jsonl -t '{text}'", /mixed\.jsonl, line 2: the row has no field `text`/],
  ['$CLI run in.csv --input review', /no field `review`/],
  ['$CLI run in.csv --id number', /no field `number`/],
  ['$CLI run in.csv --fields id,star', /`--fields`: there is no field `star`\. Did you mean `stars`\?/],
  ['$CLI run bad-list.json', /bad-list\.json, row 2: expected a text or an object/],
  ['$CLI run pretty.json', /pretty\.json, line 1: this is no JSON .*a row a line, or is one list/],
  ['$CLI run bad.csv', /bad\.csv: .*line 3/],
  ['$CLI run windows.csv', /windows\.csv: .*line 5/],
  ['$CLI run open.csv', /open\.csv: .*[Qq]uote.*line/],
  ['$CLI run bad.jsonl', /bad\.jsonl, line 2: this is no JSON/],
  ['$CLI run in.txt --schema nowhere.json', /no file `nowhere\.json`/],
  ['$CLI run in.txt --schema list.json', /list\.json: expected a JSON object/],
  [
    '$CLI run in.txt --schema kind.json',
    /^--schema\.type: There is no type "objekt"\. Did you mean `object`\?/,
  ],
  ['$CLI run in.txt --provider opnai', /^--provider: Expected `--provider` to be .*'openai'/],
  ['$CLI run in.txt --temperature 9', /^--temperature: .*from 0 to 2/],
  ["$CLI run in.csv -t 'Say: {text'", /template has a `\{` without a `\}`/],
  ["$CLI run in.csv -t 'Say something'", /template has no `\{field\}`/],
  [`$CLI run in.csv -t '{"a": 1} {text}'`, /no field `"a": 1`\..*For a brace itself write `\{\{`/],
  ["printf 'text\\nsch\\xf6n\\n' > l.csv; $CLI run l.csv", /l\.csv: this is not UTF-8\..*iconv/],
  [onTerminal('$CLI run'), /Expected a file of rows/],
  ['$CLI run in.txt -c many', /`--concurrency` to be a whole number from 1 up, got `many`/],
  ['$CLI run in.txt --budget 5', /needs `--price/],
  ['$CLI run in.txt --budget much', /`--budget`/],
  [
    "$CLI run in.txt --header 'X-Team: a' --header canary",
    /`--header` to be a name and a value.*Number 2 of them is not/,
  ],
  ['$CLI run in.txt --format xml', /`--format` to be one of jsonl, csv, text/],
  ['$CLI run in.txt -o no/such/folder/out.jsonl', /no\/such\/folder.*cannot be written/],
  ['$CLI run in.txt -o ./in.txt', /`--output` and the input are the same file/],
  ['$CLI run in.txt -o out.html --report out.html', /`--report` and `--output` are the same file/],
  ['$CLI run in.txt in.csv', /Expected one file/],
  ['$CLI prompt < /dev/null', /There is no prompt/],
  ['$CLI graph', /Expected one file/],
  ['$CLI graph empty.yaml', /subtasks/],
];

describe('wrong usage', { concurrency: 4 }, () => {
  for (const [command, message] of wrong) {
    test(`${command.replace('$CLI ', '')} is told, and nobody is asked`, {
      skip: command.startsWith('script') && !hasScript() && '`script` is not there',
    }, async (t) => {
      const server = await startModelServer(t, (_, response) => complete(response, 'x'));
      const { code, stdout, stderr } = await shell(t, server.baseURL, files).run(command);
      // A terminal has one stream.
      const told = command.startsWith('script') ? stdout : stderr;
      assert.equal(code, 2, told);
      if (told === stderr) assert.equal(stdout, '');
      assert.match(told, message);
      assert.doesNotMatch(stderr, /\n\s+at |canary/, 'no stack, no secret');
      assert.equal(server.requests.length, 0);
    });
  }
});

test('each page of help fits a screen, and the version is that of the package', async (t) => {
  const { run } = shell(t);
  const pages = ['', 'run', 'prompt', 'graph', 'estimate', 'report'];
  await Promise.all(
    pages.map(async (page) => {
      const { code, stdout } = await run(`$CLI ${page} --help`);
      assert.equal(code, 0);
      const lines = stdout.trimEnd().split('\n');
      assert.ok(lines.length <= 31 && lines.every(({ length }) => length <= 80), stdout);
      // `estimate` takes the flags of `run` as well, so that one may be put in the place of the
      // other.
      const flags = page === 'estimate' ? {} : { ...flagsOf[page], help: undefined };
      for (const [flag, type] of Object.entries(flags))
        if (type) assert.ok(stdout.includes(flag === 'output' ? '-o' : `--${flag}`), `${page}: --${flag}`);
    }),
  );
  assert.match((await run('$CLI --version')).stdout, /^\d+\.\d+\.\d+\n$/);
});

test('a price is that of the model which the provider’s variable names', (t) => {
  const { OPENAI_MODEL } = process.env;
  t.after(() => {
    if (OPENAI_MODEL === undefined) delete process.env.OPENAI_MODEL;
    else process.env.OPENAI_MODEL = OPENAI_MODEL;
  });
  process.env.OPENAI_MODEL = 'm';
  for (const provider of ['openai', 'openai-responses'])
    assert.deepEqual(settingsOf({ provider, price: '1/2' }).prices, { m: { input: 1, output: 2 } });
});

/**
 * A server on Ollama's own port that has two models and answers as the other does; none where
 * something listens there.
 */
async function startOllama(/** @type {import('node:test').TestContext} */ t, /** @type {string} */ baseURL) {
  const server = createServer(async (request, response) => {
    if (request.url !== '/api/tags') {
      const answer = await fetch(`${baseURL}/chat/completions`, {
        method: 'POST',
        body: await text(request),
      });
      return response.end(await answer.text());
    }
    const models = [
      { name: 'large:70b', size: 9 },
      { name: 'small:1b', size: 2 },
      { name: 'nomic-embed-text', size: 1 },
    ];
    response.end(JSON.stringify({ models }));
  });
  const listens = await new Promise((resolve) => {
    server.on('error', () => resolve(false)).listen(11434, '127.0.0.1', () => resolve(true));
  });
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return listens;
}

test('without a key it asks the smallest chat model of an Ollama that listens, and says so', async (t) => {
  const server = await startModelServer(t, (_, response) => complete(response, 'from Ollama'));
  if (!(await startOllama(t, server.baseURL))) return t.skip('something listens on the port of Ollama');
  const { code, stdout, stderr } = await shell(t, undefined, files).run('$CLI run in.txt');
  assert.equal(code, 0, stderr);
  assert.match(stdout, /from Ollama/);
  assert.match(stderr, /^No key is set: asking small:1b of the Ollama on this machine\.\n/);
  assert.equal(server.requests[0].body.model, 'small:1b');
});

test('without a key and without an Ollama it says what to set', async (t) => {
  const somebody = await fetch('http://localhost:11434').catch(() => undefined);
  if (somebody) return t.skip('something listens on the port of Ollama');
  const { code, stderr } = await shell(t, undefined, files).run('$CLI run in.txt');
  assert.equal(code, 4);
  assert.match(stderr, /OPENAI_API_KEY.*--env-file.*--base-url.*Ollama/);
});

test('a file of variables that is not there is told', async (t) => {
  const { code, stderr } = await shell(t, undefined, files).run('$CLI run in.txt --env-file nowhere');
  // Some versions of Node take this flag for their own wherever it stands, and end with 9.
  assert.ok(code === 2 || code === 9);
  assert.match(stderr, /nowhere/);
});

test('a key is taken from the file that `--env-file` names, and shown nowhere', async (t) => {
  const server = await startModelServer(t, (_, response) =>
    respond(response, 401, { error: { message: 'no' } }),
  );
  const env = `OPENAI_API_KEY=sk-canary-1234567\nOPENAI_BASE_URL=${server.baseURL}\n`;
  const { run } = shell(t, undefined, { ...files, '.env': env });
  const { code, stdout, stderr } = await run('$CLI run in.txt --env-file .env');
  assert.equal(server.requests[0].headers.authorization, 'Bearer sk-canary-1234567');
  assert.equal(code, 4);
  assert.doesNotMatch(stdout + stderr, /canary/);
});

describe('a refused key', { concurrency: 2 }, () => {
  for (const flags of ['-c 4', '-c 4 -o out.jsonl --order input', '-c 4 --strategy voting']) {
    test(`ends a long run early, with 4 (${flags})`, async (t) => {
      const server = await startModelServer(t, (_, response) =>
        respond(response, 401, { error: { message: 'wrong key' } }),
      );
      const { run } = shell(t, server.baseURL, { 'in.txt': 'row\n'.repeat(5000) });
      const { code, stderr } = await run(`$CLI run in.txt ${flags}`);
      assert.equal(code, 4, stderr);
      assert.match(
        stderr,
        /Nothing works: .*wrong key\. Check the key in the environment or in `--env-file`/,
      );
      assert.doesNotMatch(stderr, /left\n.*Nothing works/, 'what is over is told without a forecast');
      assert.ok(server.requests.length < 200, `${server.requests.length} were asked`);
    });
  }

  test('ends a run that was under way, each row with its own answer', async (t) => {
    const server = await startModelServer(t, ({ index, content }, response) =>
      index < 100
        ? complete(response, `re: ${content}`)
        : respond(response, 401, { error: { message: `expired at ${content}` } }),
    );
    const rows = Array.from({ length: 5000 }, (_, index) => `row ${index}`).join('\n');
    const { run, lines } = shell(t, server.baseURL, { 'in.txt': rows });
    const { code, stderr } = await run('$CLI run in.txt -c 4 -o out.jsonl');
    assert.equal(code, 4, stderr);
    assert.match(stderr, /Nothing works any more: .*expired/);
    assert.ok(server.requests.length < 300, `${server.requests.length} were asked`);
    const [answered, refused] = [
      lines('out.jsonl').filter(({ error }) => !error),
      lines('out.jsonl').filter(({ error }) => error),
    ];
    assert.equal(answered.length, 100);
    assert.ok(refused.length >= 10);
    for (const { id, result } of answered) assert.equal(result, `re: row ${id - 1}`);
    for (const { id, error } of refused)
      assert.ok(error.message.includes(`expired at row ${id - 1}.`), error.message);
  });

  test('for some rows alone leaves the others their answers', async (t) => {
    const server = await startModelServer(t, ({ content }, response) =>
      Number(content.slice(4)) % 3 === 0
        ? respond(response, 401, { error: { message: content } })
        : complete(response, `re: ${content}`),
    );
    const rows = Array.from({ length: 60 }, (_, index) => `row ${index}`).join('\n');
    const { run, lines } = shell(t, server.baseURL, { 'in.txt': rows });
    assert.equal((await run('$CLI run in.txt -c 1 -o out.jsonl')).code, 1);
    assert.equal(server.requests.length, 60, 'each was asked, and once');
    for (const { id, result, error } of lines('out.jsonl')) {
      if ((id - 1) % 3 === 0) assert.match(error.message, new RegExp(`: row ${id - 1}\\.`));
      else assert.equal(result, `re: row ${id - 1}`);
    }
  });

  test('of a model or a text (403) ends no run in which something was answered', async (t) => {
    const server = await startModelServer(t, ({ index }, response) =>
      index === 0 ? complete(response, 'x') : respond(response, 403, { error: { message: 'flagged' } }),
    );
    const { run } = shell(t, server.baseURL, { 'in.txt': 'row\n'.repeat(30) });
    assert.equal((await run('$CLI run in.txt -c 1')).code, 1);
    assert.equal(server.requests.length, 30);
  });
});

test('a key that Google refuses, under 400, ends with 4', async (t) => {
  const details = [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'API_KEY_INVALID' }];
  const error = { code: 400, message: 'API key not valid.', status: 'INVALID_ARGUMENT', details };
  const server = await startModelServer(t, (_, response) => respond(response, 400, { error }));
  const { run } = shell(t, undefined, files);
  const env = `GEMINI_API_KEY=k GEMINI_BASE_URL=${server.baseURL}`;
  for (const more of ['', ' --strategy voting']) {
    const { code, stderr } = await run(`${env} $CLI run in.txt --provider gemini${more}`);
    assert.equal(code, 4, stderr);
  }
});

test('a budget or a deadline that is reached ends with 3', async (t) => {
  const server = await startModelServer(
    t,
    (_, response) => void setTimeout(() => complete(response, 'x'), 30),
  );
  const { run } = shell(t, server.baseURL, { 'in.txt': 'row\n'.repeat(200) });
  assert.equal((await run('$CLI run in.txt -c 2 --budget 2000tok --max-tokens 20')).code, 3);
  assert.equal((await run('$CLI run in.txt -c 2 --deadline 1')).code, 3);
});
