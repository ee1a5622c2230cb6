// @ts-check
/**
 * `FileStore`: what was kept is there again, whatever happened to the file, and what is not whole
 * is not.
 */

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { FileStore } from 'parallelization-agent/store-file';

/** @param {import('node:test').TestContext} t */
function folderFor(t) {
  const folder = mkdtempSync(join(tmpdir(), 'store-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

/** Runs a program and gives its exit code. @param {string} command @param {string[]} args */
const run = (command, args) =>
  new Promise((resolve) => spawn(command, args, { stdio: 'inherit' }).once('close', resolve));

const entry = new URL('../../pkg/store-file.js', import.meta.url).href;

/** A program that keeps some answers. @param {string} path @param {string} body */
const program = (path, body) =>
  `import { FileStore } from ${JSON.stringify(entry)}; const store = new FileStore(${JSON.stringify(path)}); ${body}`;

test('what was kept is there again, the last of each key', (t) => {
  const path = join(folderFor(t), 'answers.jsonl');
  const store = new FileStore(path);
  const values = { a: 'x', b: '', c: 'é\n"\u2028😀', d: 'y'.repeat(3_000_000) };
  for (const [key, value] of Object.entries(values)) store.set(key, value);
  store.set('a', 'z');
  const again = new FileStore(path);
  for (const one of [store, again]) {
    for (const [key, value] of Object.entries({ ...values, a: 'z' })) assert.equal(one.get(key), value);
    assert.equal(one.get('e'), undefined);
  }
  assert.equal(statSync(path).mode & 0o777, 0o600);
});

test('a place where nothing can be written is told at once', (t) => {
  const folder = folderFor(t);
  writeFileSync(join(folder, 'file'), '');
  for (const path of [join(folder, 'none', 'a.jsonl'), join(folder, 'file', 'a.jsonl'), folder]) {
    assert.throws(
      () => new FileStore(path),
      (/** @type {any} */ error) => error.code === 'INVALID_INPUT' && error.message.includes(path),
    );
  }
});

test('a folder that is read-only is told at once', {
  skip: process.getuid?.() === 0 && 'root may write anywhere',
}, (t) => {
  const folder = join(folderFor(t), 'read-only');
  mkdirSync(folder);
  chmodSync(folder, 0o500);
  assert.throws(() => new FileStore(join(folder, 'a.jsonl')), { code: 'INVALID_INPUT' });
});

test('a damaged byte costs the answer that it is in, and no other', (t) => {
  const path = join(folderFor(t), 'answers.jsonl');
  const store = new FileStore(path);
  for (const key of ['a', 'b', 'c']) store.set(key, `the answer ${key}`);
  const whole = readFileSync(path);
  const first = whole.indexOf('\n') + 1;
  const last = whole.indexOf('\n', first);
  for (let at = first; at < last; at += 1) {
    const damaged = Buffer.from(whole);
    damaged[at] ^= 1;
    writeFileSync(path, damaged);
    const again = new FileStore(path);
    assert.notEqual(again.get('b') ?? 'lost', 'the answes b', `at ${at}`);
    assert.ok([undefined, 'the answer b'].includes(again.get('b')), `at ${at}: ${again.get('b')}`);
    assert.deepEqual([again.get('a'), again.get('c')], ['the answer a', 'the answer c'], `at ${at}`);
  }
  writeFileSync(path, whole);
  const open = new FileStore(path);
  writeFileSync(path, whole.subarray(0, first + 9));
  assert.equal(open.get('b'), undefined, 'damaged after it was opened');
});

test('an answer after half a line of another process is kept', (t) => {
  const path = join(folderFor(t), 'answers.jsonl');
  const store = new FileStore(path);
  store.set('a', '1');
  const other = readFileSync(path, 'utf8');
  // Another process dies within its line, twice, while this one goes on.
  for (const key of ['b', 'c']) {
    appendFileSync(path, other.slice(0, 20));
    store.set(key, '2');
  }
  const again = new FileStore(path);
  assert.deepEqual(
    ['a', 'b', 'c'].map((key) => again.get(key)),
    ['1', '2', '2'],
  );
});

test('a full disk costs what did not fit, and nothing after it', {
  skip: process.platform !== 'linux',
}, async (t) => {
  const path = join(folderFor(t), 'answers.jsonl');
  // A limit on the file's size cuts the write as a full disk does.
  const body = `
    store.set('a', 'x'.repeat(1000));
    let code = '';
    try { store.set('b', 'y'.repeat(100_000)); } catch (error) { code = error.code; }
    process.exitCode = code === 'EFBIG' ? 0 : 1;`;
  const script = `ulimit -f 20; trap '' XFSZ; exec "$0" --input-type=module -e "$1"`;
  assert.equal(await run('bash', ['-c', script, process.execPath, program(path, body)]), 0);
  assert.ok(statSync(path).size > 10_000, 'half a line is there');
  new FileStore(path).set('c', 'z');
  const again = new FileStore(path);
  assert.deepEqual([again.get('a'), again.get('b'), again.get('c')], ['x'.repeat(1000), undefined, 'z']);
});

test('processes that write to one file at the same time lose nothing', async (t) => {
  const path = join(folderFor(t), 'answers.jsonl');
  const body = (/** @type {string} */ name) =>
    `for (let i = 0; i < 300; i += 1) store.set('${name}' + i, '${name}'.repeat(i * 20));`;
  const names = ['a', 'b', 'c'];
  const write = (/** @type {string} */ name) =>
    run(process.execPath, ['--input-type=module', '-e', program(path, body(name))]);
  assert.deepEqual(await Promise.all(names.map(write)), [0, 0, 0]);
  const store = new FileStore(path);
  for (const name of names) {
    for (let i = 0; i < 300; i += 1) assert.equal(store.get(name + i), name.repeat(i * 20));
  }
});

test('a file that no string can hold is opened, and takes little memory', async (t) => {
  const path = join(folderFor(t), 'answers.jsonl');
  // A hole of 600 MB is a line that is none, and takes no room on the disk.
  const body = `
    import { openSync, writeSync } from 'node:fs';
    store.set('a', '1');
    writeSync(openSync(${JSON.stringify(path)}, 'r+'), '\\n', 600_000_000);
    const big = 'x'.repeat(10_000_000);
    for (let i = 0; i < 12; i += 1) store.set('big' + i, big);
    store.set('z', '2');
  `;
  assert.equal(await run(process.execPath, ['--input-type=module', '-e', program(path, body)]), 0);
  assert.ok(statSync(path).size > 700_000_000);
  const store = new FileStore(path);
  assert.deepEqual([store.get('a'), store.get('z'), store.get('big7')?.length], ['1', '2', 10_000_000]);
});

test('what is kept stays in the file, and not in memory', async (t) => {
  const path = join(folderFor(t), 'answers.jsonl');
  const body = `
    const text = (i) => String(i).padEnd(100_000, 'x');
    for (let i = 0; i < 2000; i += 1) store.set('key' + i, text(i));
    const isWhole = store.get('key7') === text(7) && store.get('key1999') === text(1999);
    process.exitCode = isWhole && process.resourceUsage().maxRSS < 200_000 ? 0 : 1;`;
  assert.equal(await run(process.execPath, ['--input-type=module', '-e', program(path, body)]), 0);
});
