// @ts-check
/** `run`: what is asked with the rows of each kind of file, and what is written of the answers. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { complete, respond, startModelServer } from '../node/model-server.mjs';
import { linesOf, shell } from './shell.mjs';

/** A server that says what it was asked. @param {import('node:test').TestContext} t */
const echo = (t) => startModelServer(t, ({ content }, response) => complete(response, `re: ${content}`));

const files = {
  'plain.txt': '\ufeffone\r\n\r\ntwo\r\n',
  // RFC 4180: quoted commas, quotes and line ends; a byte order mark; CRLF.
  'reviews.csv': '\ufefftext,stars\r\n"good, ""very""\r\nnice",5\r\nmeh,2\r\n',
  'reviews.tsv': 'text\tstars\nfine, "so"\t4\n',
  'rows.jsonl': '"a text"\n{"id":"r7","review":"ok","n":1}\n',
};

describe('what is asked and what is written', { concurrency: 4 }, () => {
  test('a text file is a prompt a line', async (t) => {
    const server = await echo(t);
    const { code, stdout } = await shell(t, server.baseURL, files).run('$CLI run plain.txt --order input');
    assert.equal(code, 0);
    assert.deepEqual(linesOf(stdout), [
      { id: 1, result: 're: one' },
      { id: 3, result: 're: two' },
    ]);
  });

  test('columns of CSV fill a template, and the fields of the input are kept on demand', async (t) => {
    const server = await echo(t);
    const { run, read } = shell(t, server.baseURL, files);
    const { code } = await run(
      `$CLI run reviews.csv -t 'Is it {{good}}? {text} ({stars})' --keep --order input -o out.csv`,
    );
    assert.equal(code, 0);
    assert.deepEqual(server.requests.map(({ content }) => content).sort(), [
      'Is it {good}? good, "very"\r\nnice (5)',
      'Is it {good}? meh (2)',
    ]);
    assert.match(read('out.csv'), /^text,stars,id,result,error\n"good, ""very""\r\nnice",5,/);
  });

  test('TSV and the standard input are read too', async (t) => {
    const server = await echo(t);
    const { run } = shell(t, server.baseURL, files);
    const { stdout } = await run('cat reviews.tsv | $CLI run - --input-format tsv --format text');
    assert.equal(stdout, 're: fine, "so"\n');
  });

  test('files from Windows are read: paths, line ends and UTF-16', async (t) => {
    const server = await echo(t);
    const { run } = shell(t, server.baseURL, {
      '.\\data\\in.csv': '\ufefftext,stars\r\n"two\r\nlines",5\r\n',
      'template.txt': '\ufeffRate {text}\r\n',
      'schema.json': '\ufeff{\r\n"type":"object","required":["n"]\r\n}\r\n',
      'in.jsonl': '\ufeff{"text":"a\u2028b"}\r\n\r\n"c"\r\n',
    });
    const one = async (/** @type {string} */ args) =>
      linesOf((await run(`$CLI run ${args} --order input`)).stdout);
    const [quoted] = await one("'.\\data\\in.csv' -t @template.txt");
    assert.equal(quoted.result, 're: Rate two\r\nlines');
    assert.deepEqual(await one('in.jsonl'), [
      { id: 1, result: 're: a\u2028b' },
      { id: 3, result: 're: c' },
    ]);
    for (const [mark, encoding] of Object.entries({ fffe: 'utf-16le', feff: 'utf-16be' })) {
      await run(
        `node -e 'process.stdout.write(Buffer.from("${mark}", "hex"))' > w.tsv; printf 'text\\tn\\r\\nschön\\t1\\r\\n' | iconv -f utf-8 -t ${encoding} >> w.tsv`,
      );
      assert.deepEqual(await one('w.tsv --format jsonl'), [{ id: 2, result: 're: schön' }]);
    }
    assert.equal(
      (await run('$CLI run in.jsonl --schema schema.json --limit 1 --retries 0')).code,
      1,
      'read, and not met',
    );
  });

  test('JSON lines are texts or objects, and the row is named by its id', async (t) => {
    const server = await echo(t);
    const { run } = shell(t, server.baseURL, { ...files, 'objects.jsonl': '{"id":"r7","review":"ok"}\n' });
    const { stdout } = await run("$CLI run objects.jsonl -t 'Rate {review}' --fields id,result,tokens");
    assert.deepEqual(linesOf(stdout), [{ id: 'r7', result: 're: Rate ok', tokens: 25 }]);
  });

  test('bodies of requests go out as they stand, as the well-known script and OpenAI’s batches write them', async (t) => {
    const server = await startModelServer(t, (_, response) => complete(response, 'done'));
    const messages = [{ role: 'user', content: 'hi' }];
    const line = {
      custom_id: 'q1',
      method: 'POST',
      url: '/v1/chat/completions',
      body: { model: 'm1', messages, top_p: 0.1 },
    };
    const script = { model: 'm2', messages, seed: 3, metadata: { row: 2 } };
    const input = `${JSON.stringify(line)}\n${JSON.stringify(script)}\n`;
    const { stdout } = await shell(t, server.baseURL, { 'in.jsonl': input }).run(
      '$CLI run in.jsonl -c 1 -s Briefly',
    );
    assert.deepEqual(
      linesOf(stdout).map(({ id }) => id),
      ['q1', 2],
    );
    const [first, second] = server.requests.map(({ body }) => body);
    assert.deepEqual([first.model, first.top_p], ['m1', 0.1]);
    assert.deepEqual([second.model, second.seed, second.metadata], ['m2', 3, undefined]);
    assert.deepEqual(first.messages, [{ role: 'system', content: 'Briefly' }, ...messages]);
  });

  test('images of a field are sent beside the text', async (t) => {
    const server = await startModelServer(t, (_, response) => complete(response, 'a moth'));
    const input = 'url,text\nhttps://pictures.example/1.png,What is it?\n';
    await shell(t, server.baseURL, { 'in.csv': input }).run('$CLI run in.csv --images url');
    assert.deepEqual(server.requests[0].body.messages.at(-1).content, [
      { type: 'text', text: 'What is it?' },
      { type: 'image_url', image_url: { url: 'https://pictures.example/1.png' } },
    ]);
  });

  test('the data of a schema is in the output, and a failed row says why', async (t) => {
    const server = await startModelServer(t, ({ content }, response) => {
      if (content.includes('bad')) respond(response, 400, { error: { message: 'no such thing' } });
      else complete(response, '{"good":true}');
    });
    const schema = JSON.stringify({ type: 'object', properties: { good: { type: 'boolean' } } });
    const { run } = shell(t, server.baseURL, { 's.json': schema, 'in.txt': 'fine\nbad\n' });
    const { code, stdout, stderr } = await run('$CLI run in.txt --schema s.json --order input');
    assert.equal(code, 1);
    const [good, bad] = linesOf(stdout);
    assert.deepEqual(good.data, { good: true });
    assert.deepEqual([bad.id, bad.error.code, bad.error.status], [2, 'API_ERROR', 400]);
    assert.match(stderr, /2\/2 {2}1 failed/);
  });

  test('columns of CSV are those of the schema, and fields are of the row, of the data, or what an answer took', async (t) => {
    const server = await startModelServer(t, ({ content }, response) =>
      complete(response, JSON.stringify({ label: content.includes('nice') ? 'good' : 'bad', why: null })),
    );
    const properties = { label: { type: 'string' }, why: { type: ['string', 'null'] } };
    const { run } = shell(t, server.baseURL, {
      ...files,
      's.json': JSON.stringify({ type: 'object', properties }),
    });
    const write = async (/** @type {string} */ flags) =>
      (await run(`$CLI run reviews.csv --schema s.json --order input ${flags}`)).stdout;
    assert.equal(await write('--format csv'), 'id,label,why,error\n2,good,,\n4,bad,,\n');
    assert.match(await write('--format csv --keep'), /^text,stars,id,label,why,error\n/);
    assert.equal(
      await write('--format csv --fields stars,label,tokens'),
      'stars,label,tokens\n5,good,25\n2,bad,25\n',
    );
    assert.deepEqual(linesOf(await write('--fields stars,label')), [
      { stars: '5', label: 'good' },
      { stars: '2', label: 'bad' },
    ]);
  });

  test('a file that is one list of JSON is read as its rows', async (t) => {
    const server = await echo(t);
    const list = JSON.stringify(['one', { id: 'b', text: 'two' }], null, 2);
    const { stdout } = await shell(t, server.baseURL, { 'list.json': `\ufeff\n${list}\n` }).run(
      '$CLI run list.json --order input',
    );
    assert.deepEqual(linesOf(stdout), [
      { id: 1, result: 're: one' },
      { id: 'b', result: 're: two' },
    ]);
  });

  test('failed rows go where `--errors` says', async (t) => {
    const server = await startModelServer(t, ({ content }, response) => {
      if (content === 'bad') respond(response, 400, {});
      else complete(response, 'ok');
    });
    const { run, lines } = shell(t, server.baseURL, { 'in.txt': 'fine\nbad\n' });
    await run('$CLI run in.txt -o out.jsonl --errors failed.jsonl');
    assert.deepEqual(
      lines('out.jsonl').map(({ id }) => id),
      [1],
    );
    assert.deepEqual(
      lines('failed.jsonl').map(({ id }) => id),
      [2],
    );
  });

  test('whoever reads only the first line ends it quietly', async (t) => {
    const server = await echo(t);
    const many = Array.from({ length: 3000 }, (_, index) => `row ${index}`).join('\n');
    const { run } = shell(t, server.baseURL, { 'in.txt': many });
    const { stdout, stderr, code } = await run('set -o pipefail; cat in.txt | $CLI run - --quiet | head -1');
    assert.equal(linesOf(stdout).length, 1);
    assert.equal(stderr, '');
    assert.equal(code, 0);
    assert.ok(server.requests.length < 3000, 'the rest was not asked');
  });

  test('a standard output that is full is told, and ends it', {
    skip: process.platform !== 'linux',
  }, async (t) => {
    const server = await echo(t);
    const { run } = shell(t, server.baseURL, files);
    const { code, stderr } = await run('$CLI run plain.txt --quiet > /dev/full');
    assert.equal(code, 1);
    assert.match(stderr, /^The standard output cannot be written: ENOSPC[^\n]*\n$/);
  });

  test('`prompt` streams the answer, `graph` runs what a file says, `estimate` asks nobody', async (t) => {
    const server = await startModelServer(t, ({ body, content }, response) => {
      if (!body.stream) return complete(response, content.startsWith('one') ? 'ALPHA' : 'done');
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      for (const word of ['so ', 'it is'])
        response.write(`data: ${JSON.stringify({ choices: [{ delta: { content: word } }] })}\n\n`);
      response.end('data: {"choices":[{"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n');
    });
    const graph =
      'task: t\nsubtasks:\n  - { id: a, content: one }\n  - { id: b, content: "two {{a}}", dependencies: [a] }\n';
    const { run } = shell(t, server.baseURL, { 'g.yaml': graph, 'in.txt': 'one\ntwo\n' });
    assert.deepEqual(await run('$CLI prompt why'), { code: 0, stdout: 'so it is\n', stderr: '' });
    assert.equal((await run('echo "/usr/bin or why?" | $CLI prompt')).stdout, 'so it is\n');
    assert.equal(server.requests.length, 2, 'a question is asked once');
    const { code, stdout } = await run('$CLI graph g.yaml -o graph.json');
    assert.equal(code, 0);
    assert.match(stdout, /^## a\n\nALPHA\n\n## b\n\ndone\n\n## Summary\n/);
    assert.ok(server.requests.some(({ content }) => /^two \n~+ result of a\nALPHA/.test(content)));
    const asked = server.requests.length;
    const limits = '--price 1000/2000 --max-tokens 10 --rpm 1';
    const estimated = await run(`$CLI estimate in.txt ${limits}`);
    const dry = await run(`$CLI run in.txt --dry-run -o out.jsonl ${limits}`);
    assert.ok(dry.stdout.startsWith(estimated.stdout));
    const several = await run('$CLI run in.txt --dry-run --strategy voting');
    assert.equal(several.code, 2);
    assert.match(several.stderr, /leave out `--strategy`/);
    assert.match(
      estimated.stdout,
      /rows {11}2\n.*at most 10 an answer.*cost {11}about \$0\.0580\n.*at least 60 s/s,
    );
    assert.equal(server.requests.length, asked);
  });

  test('`graph` goes on where it was stopped, and ends as a run of rows does', async (t) => {
    let isDown = true;
    const server = await startModelServer(t, ({ content }, response) => {
      if (content.startsWith('second') && isDown) respond(response, 400, { error: { message: 'no' } });
      else if (content.startsWith('third')) respond(response, 401, { error: { message: 'wrong key' } });
      else complete(response, 'done');
    });
    const graph = 'subtasks: [{ id: a, content: first }, { id: b, content: second, dependencies: [a] }]\n';
    const { run, read } = shell(t, server.baseURL, {
      'g.yaml': graph,
      'k.yaml': 'subtasks: [{ id: c, content: third }]',
    });
    assert.equal((await run('$CLI graph g.yaml -o g.json --retries 0')).code, 1);
    isDown = false;
    assert.equal((await run('$CLI graph g.yaml -o g.json --retries 0')).code, 0);
    const asked = server.requests.map(({ content }) => content.split(/\s/)[0]);
    assert.deepEqual(
      asked.filter((word) => word === 'first').length,
      1,
      'what was answered is asked no more',
    );
    assert.deepEqual(
      JSON.parse(read('g.json')).results.map((/** @type {any} */ { status }) => status),
      ['completed', 'completed'],
    );
    assert.equal((await run('$CLI graph k.yaml')).code, 4);
    assert.equal((await run('$CLI graph g.yaml --budget 10tok')).code, 3);
    const before = server.requests.length;
    assert.equal((await run('$CLI graph g.yaml -o no/such/g.json')).code, 2);
    assert.equal(server.requests.length, before);
  });

  test('`--effort`, `--tier` and `--extra` are in the requests', async (t) => {
    const server = await echo(t);
    const { run } = shell(t, server.baseURL, files);
    await run(`$CLI prompt hi --effort low --tier flex --extra '{"top_k":3}'`);
    const { reasoning_effort, service_tier, top_k } = server.requests[0].body;
    assert.deepEqual([reasoning_effort, service_tier, top_k], ['low', 'flex', 3]);
  });

  test('`--header` is sent with each request and kept apart in the store, and may be given twice', async (t) => {
    const server = await echo(t);
    const { run } = shell(t, server.baseURL, files);
    const command = "$CLI run plain.txt -o out.jsonl --header 'X-Team: search: all' --header 'x-trace:7'";
    await run(command);
    await run(command);
    assert.equal(server.requests.length, 2, 'the second time all was answered');
    for (const { headers } of server.requests)
      assert.deepEqual([headers['x-team'], headers['x-trace']], ['search: all', '7']);
  });

  test('a row that is numbered keeps its number', async (t) => {
    const server = await echo(t);
    const rows = '{"id":41,"text":"one"}\n{"id":7,"text":"two"}\n';
    const graph = 'subtasks: [{ id: 1, content: one }, { id: 2, content: "{{1}}", dependencies: [1] }]\n';
    const { run } = shell(t, server.baseURL, { 'rows.jsonl': rows, 'g.yaml': graph });
    for (const flags of ['', ' -o out.jsonl', ' --strategy voting']) {
      const { stderr } = await run(`$CLI run rows.jsonl --order input${flags} > printed.jsonl`);
      assert.match(stderr, /2\/2/, flags);
    }
    const { stdout } = await run('$CLI run rows.jsonl --order input');
    assert.deepEqual(linesOf(stdout), [
      { id: 41, result: 're: one' },
      { id: 7, result: 're: two' },
    ]);
    assert.match((await run('$CLI graph g.yaml')).stdout, /^## 1\n\nre: one\n\n## 2\n/);
  });

  test('a server that often refuses for its rate is told, with the flags that help', async (t) => {
    const server = await startModelServer(t, ({ index, content }, response) =>
      index < 40 ? respond(response, 429, {}, { 'retry-after-ms': '1' }) : complete(response, content),
    );
    const rows = Array.from({ length: 40 }, (_, index) => `row ${index}`).join('\n');
    const { run } = shell(t, server.baseURL, { 'in.txt': rows });
    const hint = /refused \d+ calls for its rate \(429\).*`--rpm N`/;
    const { code, stderr } = await run('$CLI run in.txt -c 40');
    assert.equal(code, 0, stderr);
    assert.match(stderr, hint);
    assert.doesNotMatch((await run('$CLI run in.txt -c 40')).stderr, hint, 'nothing was refused');
  });

  test('`--strategy map-reduce` reads the texts of a folder and writes one summary, kept as answers are', async (t) => {
    const server = await startModelServer(t, ({ content }, response) =>
      complete(response, content.includes('theme of') ? 'THE SUMMARY' : `theme of ${content.slice(0, 20)}`),
    );
    const { run, read } = shell(t, server.baseURL);
    await run('mkdir docs; echo moths > docs/a.txt; echo bats > docs/b.md; echo no > docs/c.bin');
    const command = "$CLI run docs --strategy map-reduce -s 'List the themes.' -o out.txt";
    const { code, stderr } = await run(command);
    assert.equal(code, 0, stderr);
    assert.match(read('out.txt'), /^THE SUMMARY\n$/);
    assert.equal(server.requests.length, 3);
    assert.match(stderr, /^2\/2 .*75 tokens\n$/);
    await run(command);
    assert.equal(server.requests.length, 3);
  });
});
