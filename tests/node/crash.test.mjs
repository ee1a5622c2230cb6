// @ts-check
/**
 * A process that is killed again and again gets its work done all the same, and asks nothing twice
 * that it has kept.
 */

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parallelProcess } from 'parallelization-agent';
import { FileStore } from 'parallelization-agent/store-file';
import { after, complete, startModelServer } from './model-server.mjs';

const program = fileURLToPath(new URL('crash-run.mjs', import.meta.url));
const taskOf = (/** @type {string} */ text) => Number(/task (\d+)\./.exec(text)?.[1]);

/** @param {import('node:test').TestContext} t */
function storePath(t) {
  const folder = mkdtempSync(join(tmpdir(), 'store-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return join(folder, 'answers.jsonl');
}

/**
 * The tasks whose answers are in the file, half a line at its end left out.
 * @param {string} path
 */
function kept(path) {
  let text = '';
  try {
    text = readFileSync(path, 'utf8');
  } catch {}
  return text
    .split('\n')
    .slice(0, -1)
    .flatMap((line) => [...line.matchAll(/answer to (\d+)!/g)].map(([, id]) => Number(id)));
}

test('200 tasks are done once each, however often the process is killed', async (t) => {
  const path = storePath(t);
  /** @type {Set<number>} */
  let known = new Set();
  /** @type {number[]} */
  const askedAgain = [];
  const server = await startModelServer(t, async ({ content }, response) => {
    const task = taskOf(content);
    if (known.has(task)) askedAgain.push(task);
    await after(5);
    complete(response, `answer to ${task}!`);
  });
  let kills = 0;
  for (let done = false; !done; ) {
    known = new Set(kept(path));
    const run = spawn(process.execPath, [program, server.baseURL, path], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    run.stdout.on('data', (data) => {
      output += data;
    });
    // Killed at some moment of its work, and not before it has begun: a slow machine gets there,
    // too.
    const seen = server.requests.length;
    const ended = new Promise((resolve) => run.once('close', resolve));
    const patience = 5 + Math.floor(Math.random() * 60);
    while (run.exitCode === null && server.requests.length < seen + patience) await after(1);
    if (kills < 6 && run.exitCode === null) {
      run.kill('SIGKILL');
      kills += 1;
    }
    await ended;
    done = output.includes('done');
  }
  assert.ok(kills > 0);
  assert.deepEqual(askedAgain, []);
  const answers = kept(path).sort((a, b) => a - b);
  assert.deepEqual(
    answers,
    Array.from({ length: 200 }, (_, index) => index),
  );
});

test('half a line at the end of the file costs that answer and no other', async (t) => {
  const path = storePath(t);
  const server = await startModelServer(t, ({ content }, response) =>
    complete(response, `answer to ${content}!`),
  );
  const subtasks = ['1', '2', '3'].map((id) => ({ id, content: id }));
  const go = () =>
    parallelProcess('t', subtasks, { baseURL: server.baseURL, store: new FileStore(path), aggregate: false });
  await go();
  const text = readFileSync(path, 'utf8');
  const lastLine = text.lastIndexOf('\n', text.length - 2) + 1;
  for (let end = lastLine; end < text.length; end += 23) {
    writeFileSync(path, text.slice(0, end));
    const before = server.requests.length;
    const { results } = await go();
    assert.equal(server.requests.length, before + 1, `cut at ${end}`);
    assert.equal(results.filter(({ metadata }) => metadata.fromStore).length, 2);
    assert.equal(new Set(results.map(({ result }) => result)).size, 3);
  }
});

test('what comes from the store costs nothing, and a store that fails costs a warning alone', async (t) => {
  const server = await startModelServer(t, (_, response) => complete(response, 'x'));
  const subtasks = [{ id: 'a', content: 'x' }];
  const store = new Map();
  const options = { baseURL: server.baseURL, aggregate: false };
  await parallelProcess('t', subtasks, { ...options, store });
  const { results, metadata } = await parallelProcess('t', subtasks, { ...options, store });
  assert.deepEqual([results[0].result, results[0].metadata.fromStore], ['x', true]);
  assert.deepEqual([metadata.attempts, metadata.totalTokens], [0, 0]);
  assert.doesNotMatch(JSON.stringify([...store]), /sk-/);
  const broken = {
    get() {
      throw new Error('out of order');
    },
    set: async () => {
      throw new Error('disk full');
    },
  };
  /** @type {string[]} */
  const warnings = [];
  const onEvent = (/** @type {any} */ { type, name }) => type === 'CUSTOM' && warnings.push(name);
  const run = await parallelProcess('t', subtasks, {
    ...options,
    store: broken,
    onEvent: (event) => void onEvent(event),
  });
  assert.equal(run.results[0].result, 'x');
  assert.deepEqual(warnings, ['journal', 'journal']);
});
