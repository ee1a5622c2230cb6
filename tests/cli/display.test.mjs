// @ts-check
/** What is shown while it runs: on a terminal, without one, and to programs; and that a long file fits into little memory. */

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { describe, test } from 'node:test';
import { after, complete, respond, startModelServer } from '../node/model-server.mjs';
import { linesOf, shell } from './shell.mjs';

const rows = (/** @type {number} */ count) =>
  Array.from({ length: count }, (_, index) => `row ${index}`).join('\n');

function hasScript() {
  try {
    execFileSync('script', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

describe('what is shown', { concurrency: 4 }, () => {
  test('on a terminal, a line redraws itself and says why it waits', {
    skip: !hasScript() && '`script` is not there',
  }, async (t) => {
    let refused = false;
    const server = await startModelServer(t, async ({ index }, response) => {
      await after(20);
      if (index === 3 && !refused) {
        refused = true;
        return respond(response, 429, {}, { 'retry-after-ms': '1500' });
      }
      complete(response, 'x');
    });
    const { run, lines } = shell(t, server.baseURL, { 'in.txt': rows(30) });
    const { stdout } = await run(
      `script -qefc "stty cols 100 rows 30; $CLI run in.txt -c 2 -o out.jsonl" /dev/null`,
    );
    assert.match(stdout, /\d+\/30/);
    assert.match(stdout, /paused \d s: 429/);
    assert.ok(stdout.includes('\u001b['), 'it redraws');
    assert.match(stdout, /30\/30 .*750 tokens/);
    assert.equal(lines('out.jsonl').length, 30);
  });

  test('without a terminal no letter of it is a control, and `--quiet` says nothing', async (t) => {
    const server = await startModelServer(t, (_, response) => complete(response, 'x'));
    const { run } = shell(t, server.baseURL, { 'in.txt': rows(3) });
    const { stdout, stderr } = await run('$CLI run in.txt');
    assert.equal(linesOf(stdout).length, 3);
    assert.match(stderr, /^3\/3 .*75 tokens\n$/);
    assert.equal((await run('$CLI run in.txt --quiet')).stderr, '');
  });

  test('`--json-progress` gives the events of the run', async (t) => {
    const server = await startModelServer(t, (_, response) => complete(response, 'x'));
    const { run } = shell(t, server.baseURL, { 'in.txt': rows(3) });
    const events = linesOf((await run('$CLI run in.txt --json-progress')).stderr).map(({ type }) => type);
    assert.deepEqual([events[0], events.at(-1)], ['RUN_STARTED', 'RUN_FINISHED']);
  });

  /** `ROWS=100000` makes it the whole measurement, of some minutes. */
  const count = Number(process.env.ROWS ?? 2000);

  test('a long file fits into little memory', async (t) => {
    // Fewer rows with long answers weigh as much as many.
    const answer = 'x'.repeat(1e8 / count);
    const server = await startModelServer(t, (_, response) => complete(response, answer));
    const probe = "process.on('exit', () => console.error('rss', process.resourceUsage().maxRSS));";
    const { run } = shell(t, server.baseURL, { 'in.txt': rows(count), 'probe.mjs': probe });
    const { stderr, code } = await run(
      'NODE_OPTIONS="--import ./probe.mjs" $CLI run in.txt -c 64 -o out.jsonl --quiet && wc -l < out.jsonl',
    );
    assert.equal(code, 0, stderr);
    const [, kilobytes] = /rss (\d+)/.exec(stderr) ?? [];
    assert.ok(Number(kilobytes) < 300 * 1024, `${kilobytes} kB`);
  });
});
