// @ts-check
/**
 * What is shown while it runs: on a terminal, without one, and to programs; and that a long file
 * fits into little memory.
 */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { after, complete, respond, startModelServer } from '../node/model-server.mjs';
import { hasScript, linesOf, onTerminal, shell } from './shell.mjs';

const rows = (/** @type {number} */ count) =>
  Array.from({ length: count }, (_, index) => `row ${index}`).join('\n');

describe('what is shown', { concurrency: 4 }, () => {
  /** @type {[string, number, Record<string, string>, string, RegExp][]} */
  const waits = [
    ['the pause that a server asks for', 429, { 'retry-after-ms': '2500' }, '-c 2', /paused \d s: 429/],
    ['an overloaded server’s pause', 503, { 'retry-after-ms': '2500' }, '-c 2', /paused \d s: 503/],
    ['tries to come', 500, { 'retry-after-ms': '2500' }, '-c 2', /\d to try again within \d s: 500/],
    ['the budget', 0, {}, '-c 9 --budget 1300tok --max-tokens 200', /\d+ held back: budget/],
  ];
  for (const [why, status, headers, flags, told] of waits) {
    test(`on a terminal, a line redraws itself and tells who waits for ${why}`, {
      skip: !hasScript() && '`script` is not there',
    }, async (t) => {
      let refused = status === 0;
      const server = await startModelServer(t, async ({ index }, response) => {
        await after(status === 0 ? 700 : 20);
        if (index < 3 || refused) return complete(response, 'x');
        refused = true;
        respond(response, status, {}, headers);
      });
      const { run, lines } = shell(t, server.baseURL, { 'in.txt': rows(12) });
      const { stdout } = await run(onTerminal(`$CLI run in.txt ${flags} -o out.jsonl`));
      assert.match(stdout, told);
      assert.ok(stdout.includes('\u001b['), 'it redraws');
      assert.match(stdout, /12\/12 .*300 tokens/);
      assert.equal(lines('out.jsonl').length, 12);
    });
  }

  test('on a terminal, a line tells that the rest waits for limits of one’s own', {
    skip: !hasScript() && '`script` is not there',
  }, async (t) => {
    const server = await startModelServer(t, (_, response) => complete(response, 'x'));
    const { start } = shell(t, server.baseURL, { 'in.txt': rows(12) });
    const { printed, signal, ended } = start(onTerminal('$CLI run in.txt --rpm 2'));
    const told = /2\/12 .*waiting: --rpm/;
    while (!told.test(printed.stdout) && server.requests.length < 12) await after(20);
    signal('SIGKILL');
    await ended;
    assert.match(printed.stdout, told);
    assert.equal(server.requests.length, 2);
  });

  test('without a terminal no letter of it is a control, and `--quiet` says nothing', async (t) => {
    const server = await startModelServer(t, (_, response) => complete(response, 'x'));
    const { run } = shell(t, server.baseURL, { 'in.txt': rows(3) });
    const { stdout, stderr } = await run('$CLI run in.txt');
    assert.equal(linesOf(stdout).length, 3);
    assert.match(stderr, /^3\/3 .*75 tokens\n$/);
    assert.equal((await run('$CLI run in.txt --quiet')).stderr, '');
  });

  test('`--json-progress` gives the events of the run, which tell what waits and why', async (t) => {
    const server = await startModelServer(t, ({ index }, response) =>
      index === 0 ? respond(response, 503, {}, { 'retry-after-ms': '40' }) : complete(response, 'x'),
    );
    const { run } = shell(t, server.baseURL, { 'in.txt': rows(3) });
    const events = linesOf((await run('$CLI run in.txt --json-progress')).stderr);
    assert.deepEqual([events[0].type, events.at(-1).type], ['RUN_STARTED', 'RUN_FINISHED']);
    const custom = (/** @type {string} */ name) => events.find((event) => event.name === name)?.value;
    assert.ok(custom('rateLimit').pauseMs >= 40);
    assert.ok(custom('retry').status === 503 && custom('retry').waitMs >= 40);
  });

  /** `ROWS=100000` makes it the whole measurement, of some minutes. */
  const count = Number(process.env.ROWS ?? 1000);

  test('a long file fits into little memory', async (t) => {
    // Fewer rows with long answers weigh as much as many. What is kept finds no room in a heap
    // that is smaller than they are; a larger one would also be filled with what nobody needs.
    const answer = 'x'.repeat(6e7 / count);
    const server = await startModelServer(t, (_, response) => complete(response, answer));
    const probe = "process.on('exit', () => console.error('rss', process.resourceUsage().maxRSS));";
    const { run } = shell(t, server.baseURL, { 'in.txt': rows(count), 'probe.mjs': probe });
    const { stderr, code } = await run(
      'NODE_OPTIONS="--import ./probe.mjs --max-old-space-size=48" $CLI run in.txt -c 64 -o out.jsonl --quiet && wc -l < out.jsonl',
    );
    assert.equal(code, 0, stderr);
    const [, kilobytes] = /rss (\d+)/.exec(stderr) ?? [];
    assert.ok(Number(kilobytes) < 200 * 1024, `${kilobytes} kB`);
  });
});
