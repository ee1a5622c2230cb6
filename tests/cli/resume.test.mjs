// @ts-check
/** The same command goes on where it was stopped, however that came about. */

import assert from 'node:assert/strict';
import { appendFileSync, chmodSync, existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { after, complete, startModelServer } from '../node/model-server.mjs';
import { hasScript, onTerminal, shell } from './shell.mjs';

const rows = (/** @type {number} */ count) =>
  Array.from({ length: count }, (_, index) => `row ${index}`).join('\n');

/** @param {import('node:test').TestContext} t @param {number} ms */
const slow = (t, ms) =>
  startModelServer(t, async ({ content }, response) => {
    await after(ms);
    complete(response, `re: ${content}`);
  });

/** @param {{ requests: { content: string }[] }} server */
function repeated({ requests }) {
  return requests.length - new Set(requests.map(({ content }) => content)).size;
}

describe('the same command again', { concurrency: 4 }, () => {
  test('what was answered is asked no more, and what is new or changed is', async (t) => {
    const server = await slow(t, 1);
    const { run, lines, folder } = shell(t, server.baseURL, { 'in.txt': rows(20) });
    await run('$CLI run in.txt -o out.jsonl');
    assert.equal(server.requests.length, 20);
    // A row more at the top: all others stand elsewhere.
    writeFileSync(join(folder, 'in.txt'), `another\n${rows(20)}`);
    const { stderr } = await run('$CLI run in.txt -o out.jsonl');
    assert.equal(server.requests.length, 21);
    assert.match(stderr, /21\/21 {2}20 from before/);
    assert.equal(lines('out.jsonl').length, 21);
    await run("$CLI run in.txt -o out.jsonl -t 'Say: {text}'");
    assert.equal(server.requests.length, 42);
    await run('$CLI run in.txt -o out.jsonl --fresh');
    assert.equal(server.requests.length, 63);
  });

  test('`--dry-run` asks nobody, alters no file, and says what would become of each', async (t) => {
    const server = await slow(t, 1);
    const { run, read, folder } = shell(t, server.baseURL, { 'in.txt': rows(4) });
    const files = () =>
      readdirSync(folder).map((name) => [name, read(name), statSync(join(folder, name)).mtimeMs]);
    const before = files();
    const flags = '-o out.jsonl --errors failed.jsonl --trace run.json --report run.html --dry-run';
    const first = await run(`$CLI run in.txt ${flags}`);
    assert.match(
      first.stdout,
      /^output +out\.jsonl would be made\nNobody was asked, and no file was written\.\n$/m,
    );
    assert.deepEqual([first.code, first.stderr, files()], [0, '', before]);
    await run('$CLI run in.txt -o out.jsonl --limit 2');
    const answered = files();
    const second = await run(`$CLI run in.txt ${flags}`);
    assert.match(second.stdout, /out\.jsonl would be written anew; the answers in \S+ would be used/);
    const fresh = await run(`$CLI run in.txt ${flags} --fresh`);
    assert.match(fresh.stdout, /the answers in out\.jsonl\.store\.jsonl would be deleted/);
    assert.equal((await run('$CLI run in.txt -o in.txt --dry-run')).code, 2);
    assert.deepEqual(files(), answered);
    assert.equal(server.requests.length, 2);
  });

  test('killed at ten moments, it asks again for nothing but what was on the wire', async (t) => {
    const [count, concurrency, kills] = [200, 4, 10];
    const server = await slow(t, 15);
    const { start, run, lines } = shell(t, server.baseURL, { 'in.txt': rows(count) });
    const command = `$CLI run in.txt -c ${concurrency} -o out.jsonl`;
    for (let kill = 0; kill < kills; kill += 1) {
      const before = server.requests.length;
      const process = start(command);
      while (server.requests.length < before + 3) await after(2);
      await after(Math.random() * 60);
      process.signal('SIGKILL');
      await process.ended;
    }
    const { code } = await run(command);
    assert.equal(code, 0);
    assert.ok(repeated(server) <= kills * concurrency, `${repeated(server)} were asked again`);
    const written = lines('out.jsonl');
    assert.equal(written.length, count);
    assert.equal(new Set(written.map(({ id }) => id)).size, count);
    for (const { id, result } of written) assert.equal(result, `re: row ${id - 1}`);
  });

  test('half a line at the end of the answers is passed over', async (t) => {
    const server = await slow(t, 1);
    const { run, folder, lines } = shell(t, server.baseURL, { 'in.txt': rows(3) });
    await run('$CLI run in.txt -o out.jsonl --limit 2');
    appendFileSync(join(folder, 'out.jsonl.store.jsonl'), '{"key":"parallelization-agent/half","val');
    for (const asked of [3, 3]) {
      await run('$CLI run in.txt -o out.jsonl');
      assert.equal(server.requests.length, asked);
      assert.equal(lines('out.jsonl').length, 3);
    }
  });

  test('an interrupt sends no more, waits for what is on the wire, and says how to go on', async (t) => {
    const server = await slow(t, 300);
    const { start, run, lines } = shell(t, server.baseURL, { 'in.txt': rows(40) });
    const process = start('exec $CLI run in.txt -c 4 -o out.jsonl');
    while (server.requests.length < 6) await after(5);
    process.signal('SIGINT');
    while (!process.printed.stderr.includes('finishing')) await after(5);
    await after(50);
    const sent = server.requests.length;
    const startedAt = performance.now();
    const { code, stderr } = await process.ended;
    assert.equal(code, 130);
    assert.ok(performance.now() - startedAt < 5000, 'it waits for the answers, and no longer');
    assert.match(stderr, /Run the same command to go on/);
    assert.equal(server.requests.length, sent, 'no more was sent');
    assert.equal(server.open.cut, 0, 'nothing was cut off');
    assert.equal(lines('out.jsonl').length, sent, 'all that was asked is written');
    assert.equal((await run('$CLI run in.txt -c 40 -o out.jsonl')).code, 0);
    assert.equal(server.requests.length, 40);
  });

  for (const strategy of ['batch', 'best-of']) {
    test(`an interrupt ends it while rows are still to come (${strategy})`, async (t) => {
      const server = await slow(t, 1);
      const { start, lines } = shell(t, server.baseURL);
      const process = start(`exec $CLI run - --strategy ${strategy} -o out.jsonl --order input`);
      process.type('one\ntwo\n');
      while (server.requests.length < 2) await after(5);
      while (lines('out.jsonl').length < 2) await after(5);
      process.signal('SIGINT');
      assert.equal((await process.ended).code, 130);
      assert.equal(lines('out.jsonl').length, 2);
    });
  }

  test('a second interrupt ends it at once', async (t) => {
    const server = await startModelServer(t, () => {});
    const { start } = shell(t, server.baseURL, { 'in.txt': rows(10) });
    const process = start('exec $CLI run in.txt -o out.jsonl');
    while (server.requests.length < 2) await after(5);
    process.signal('SIGINT');
    while (!process.printed.stderr.includes('finishing')) await after(5);
    const startedAt = performance.now();
    process.signal('SIGINT');
    const { code, stderr } = await process.ended;
    assert.equal(code, 130);
    assert.match(stderr, /Interrupted\. Run the same command to go on/);
    assert.ok(performance.now() - startedAt < 5000);
  });

  test('a second process on the same output says so and ends; a lock of one that was killed is no lock', async (t) => {
    let isHeld = true;
    const server = await startModelServer(t, async (_, response) => {
      while (isHeld) await after(10);
      complete(response, 'x');
    });
    const { start, run, folder } = shell(t, server.baseURL, { 'in.txt': rows(2) });
    const first = start('exec $CLI run in.txt -o out.jsonl');
    while (server.requests.length < 2) await after(5);
    const { code, stderr } = await run('$CLI run in.txt -o out.jsonl');
    assert.equal(code, 2);
    assert.match(stderr, /Another run writes to out\.jsonl: process \d+/);
    first.signal('SIGKILL');
    await first.ended;
    isHeld = false;
    assert.ok(existsSync(join(folder, 'out.jsonl.lock')));
    assert.equal((await run('$CLI run in.txt -o out.jsonl')).code, 0);
    assert.ok(!existsSync(join(folder, 'out.jsonl.lock')));
  });

  const isRoot = process.getuid?.() === 0;

  test('an output that cannot be written is told before any call', async (t) => {
    const server = await slow(t, 1);
    const { run, folder } = shell(t, server.baseURL, { 'in.txt': rows(2), 'out.jsonl': '' });
    // Root may write anywhere but where nothing can be written at all.
    const mounted = await run('mkdir fixed && mount -t tmpfs -o ro tmpfs fixed');
    chmodSync(join(folder, 'out.jsonl'), 0o400);
    if (isRoot && mounted.code !== 0) return t.skip('nothing read-only can be mounted here');
    const output = isRoot ? 'fixed/out.jsonl' : 'out.jsonl';
    try {
      for (const flag of ['-o', '--errors', '--report', '--trace']) {
        const { code, stderr } = await run(`$CLI run in.txt ${flag} ${output}`);
        assert.equal(code, 2, stderr);
        assert.match(stderr, /out\.jsonl.* cannot be written|Cannot write answers to .*out\.jsonl/);
        assert.equal(server.requests.length, 0);
      }
    } finally {
      await run('umount -l fixed');
    }
  });

  test('on a terminal, Ctrl-C ends it as an interrupt does', {
    skip: !hasScript() && '`script` is not there',
  }, async (t) => {
    const server = await slow(t, 300);
    const { start, lines } = shell(t, server.baseURL, { 'in.txt': rows(40) });
    const process = start(onTerminal('$CLI run in.txt -c 4 -o out.jsonl'));
    while (server.requests.length < 6) await after(5);
    process.type('\u0003');
    const { stdout } = await process.ended;
    assert.match(stdout, /Interrupted\. Run the same command to go on\./);
    assert.equal(server.open.cut, 0, 'nothing was cut off');
    assert.equal(lines('out.jsonl').length, server.requests.length, 'all that was asked is written');
  });

  test('a full disk ends it with what to do, and nothing answered is lost', {
    skip: !isRoot && 'a small disk needs root',
  }, async (t) => {
    const server = await startModelServer(t, ({ content }, response) =>
      complete(response, content.padEnd(4000, '.')),
    );
    const { run, lines } = shell(t, server.baseURL, { 'in.txt': rows(60) });
    const mounted = await run('mkdir small && mount -t tmpfs -o size=64k tmpfs small');
    if (mounted.code !== 0) return t.skip('a small disk cannot be mounted here');
    try {
      const { code, stderr } = await run('$CLI run in.txt -c 2 -o small/out.jsonl');
      assert.equal(code, 1);
      assert.match(stderr, /cannot be written: ENOSPC.*Make room and run the same command/);
      const asked = server.requests.length;
      assert.ok(asked < 30, `${asked} were asked of 60 that cannot be kept`);
      await run('mount -o remount,size=4m small');
      assert.equal((await run('$CLI run in.txt -c 2 -o small/out.jsonl')).code, 0);
      assert.equal(lines('small/out.jsonl').length, 60);
      assert.ok(repeated(server) <= 4, `${repeated(server)} were asked again`);
    } finally {
      await run('umount -l small');
    }
  });
});
