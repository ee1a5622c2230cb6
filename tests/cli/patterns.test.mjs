// @ts-check
/** `run --strategy`: each row is put to several calls, and has one answer. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { after, complete, respond, startModelServer } from '../node/model-server.mjs';
import { linesOf, shell } from './shell.mjs';

/**
 * Votes yes of what is fine, and of nothing else; scores what it is asked to score; trips on what
 * is secret.
 */
const server = (/** @type {import('node:test').TestContext} */ t) =>
  startModelServer(t, ({ body, content }, response) => {
    const asked = JSON.stringify(body.messages);
    if (asked.includes('refused')) return respond(response, 400, { error: { message: 'refused' } });
    if (asked.includes('"answer\\"') || asked.includes('confidence'))
      return complete(
        response,
        JSON.stringify({ reasoning: 'r', answer: content.includes('fine') ? 'yes' : 'no', confidence: 1 }),
      );
    if (asked.includes('best candidate')) return complete(response, '{"reason":"r","choice":1}');
    if (/score/i.test(asked)) return complete(response, JSON.stringify({ reason: 'r', score: 7 }));
    if (/trip/i.test(asked))
      return complete(response, JSON.stringify({ tripped: content.includes('secret'), reason: 'r' }));
    complete(response, 'a view');
  });

const files = { 'in.csv': 'id,text\nr1,Is it fine?\nr2,Is it bad?\n' };

describe('a row is put to several calls', { concurrency: 4 }, () => {
  test('to the vote of as many as are wanted, in the order of the rows', async (t) => {
    const { baseURL, requests } = await server(t);
    const { run } = shell(t, baseURL, files);
    const { code, stdout, stderr } = await run(
      '$CLI run in.csv --strategy voting --with 5 --order input -c 20',
    );
    assert.equal(code, 0, stderr);
    const [first, second] = linesOf(stdout);
    assert.deepEqual([first.id, first.result, second.id, second.result], ['r1', 'yes', 'r2', 'no']);
    assert.equal(first.data.votes.length, 5);
    // A vote ends as soon as the lead cannot be overtaken.
    assert.ok(requests.length >= 6 && requests.length <= 10, `${requests.length}`);
    assert.match(stderr, /^2\/2 /);
  });

  test('to criteria, and the sum and the scores are there', async (t) => {
    const { baseURL, requests } = await server(t);
    const { stdout, code } = await shell(t, baseURL, files).run(
      '$CLI run in.csv --strategy evaluate --with clarity,evidence --format csv --fields id,result,data',
    );
    assert.equal(code, 0);
    assert.match(stdout, /^id,result,data\r?\n/);
    assert.match(stdout, /r1,7,.*""scores"":\{""clarity"":7,""evidence"":7\}/);
    assert.equal(requests.length, 4);
  });

  test('to guards, to specialists and to the best of some', async (t) => {
    const { baseURL } = await server(t);
    const { run } = shell(t, baseURL, { 'in.txt': 'a secret\n' });
    const one = async (/** @type {string} */ flags) =>
      linesOf((await run(`$CLI run in.txt --quiet ${flags}`)).stdout)[0];
    const guarded = await one(`--strategy guarded --with '{"secrets":"Trip on what is secret."}'`);
    assert.deepEqual([guarded.result, guarded.data.blocked.guard], [undefined, 'secrets']);
    assert.equal((await one('--strategy perspectives --with lawyer,engineer')).result, 'a view');
    assert.equal((await one('--strategy best-of --with 2')).result, 'a view');
  });

  test('the same command goes on, and asks again for what failed alone', async (t) => {
    const { baseURL, requests } = await server(t);
    const { run, lines } = shell(t, baseURL, { 'in.txt': 'fine\nrefused\n' });
    const command = '$CLI run in.txt --strategy best-of --with 2 -o out.jsonl --order input';
    const { code } = await run(command);
    assert.equal(code, 1);
    const [good, bad] = lines('out.jsonl');
    assert.equal(good.result, 'a view');
    assert.deepEqual([bad.error.code, bad.error.status], ['API_ERROR', 400]);
    const asked = requests.length;
    const refused = requests.filter(({ content }) => content.includes('refused')).length;
    assert.match((await run(command)).stderr, /2\/2 {2}1 from before/);
    assert.equal(requests.length, asked + refused);
  });

  test('an interrupt waits for what is on the wire, and the deadline is that of all rows', async (t) => {
    const model = await startModelServer(t, async (_, response) => {
      await after(200);
      complete(response, 'x');
    });
    const many = Array.from({ length: 60 }, (_, index) => `row ${index}`).join('\n');
    const { start, run } = shell(t, model.baseURL, { 'in.txt': many });
    const running = start('exec $CLI run in.txt --strategy best-of -c 4 -o out.jsonl');
    while (model.requests.length < 6) await after(5);
    running.signal('SIGINT');
    assert.equal((await running.ended).code, 130);
    assert.equal(model.open.cut, 0, 'nothing was cut off');
    const startedAt = performance.now();
    assert.equal((await run('$CLI run in.txt --strategy best-of -c 2 --deadline 1')).code, 3);
    assert.ok(performance.now() - startedAt < 10_000);
  });

  test('what a pattern needs, and what goes not together, is told before any call', async (t) => {
    const { baseURL, requests } = await server(t);
    const { run } = shell(t, baseURL, {
      ...files,
      'bodies.jsonl': '{"messages":[{"role":"user","content":"hi"}]}\n',
    });
    /** @type {[string, RegExp][]} */
    const wrong = [
      ['in.csv --strategy evaluate', /needs criteria, as `--with clarity,evidence`/],
      ['in.csv --strategy votin', /one of batch, map-reduce, voting.*Did you mean `voting`\?/],
      ['in.csv --with 3', /`--with` goes with `--strategy` voting/],
      ['in.csv --strategy voting --with 0', /^--with: Expected `--with`/],
      [`in.csv --strategy evaluate --with '["half'`, /`--with`: this is no JSON/],
      ['in.csv --strategy voting --report r.html', /`--report` keeps one run/],
      [
        'bodies.jsonl --strategy voting',
        /bodies\.jsonl, line 1: a row that is a whole request.*leave `--strategy` out/,
      ],
    ];
    const ends = await Promise.all(wrong.map(([flags]) => run(`$CLI run ${flags}`)));
    for (const [index, { code, stderr }] of ends.entries()) {
      assert.match(stderr, wrong[index][1]);
      assert.equal(code, 2, stderr);
    }
    assert.equal(requests.length, 0);
  });
});
