// @ts-check
/**
 * A core that traps takes its runs with it, and nothing else: each says so, and the next call has a
 * fresh core.
 */

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import binaryen from 'binaryen';
import { withCore } from 'parallelization-agent/wasm';
import { after, complete, startModelServer } from './model-server.mjs';

const file = createRequire(import.meta.url).resolve('parallelization-agent/core.wasm');
const healthy = await readFile(file);

/** What the build allows, too; with all that binaryen knows, it writes what Node cannot read. */
const features = [
  'BulkMemory',
  'BulkMemoryOpt',
  'Multivalue',
  'MutableGlobals',
  'NontrappingFPToInt',
  'ReferenceTypes',
  'SignExt',
].reduce((bits, name) => bits | /** @type {any} */ (binaryen.Features)[name], 0);

/**
 * The shipped core with a trap hidden in it.
 * @param {RegExp} place  which of its exports trap
 * @param {number} [call]  at which call, counted from 1
 */
function trappingCore(place, call = 1) {
  const core = binaryen.readBinary(healthy);
  core.setFeatures(features);
  core.addGlobal('callsLeft', binaryen.i32, true, core.i32.const(call));
  const callsLeft = () => core.global.get('callsLeft', binaryen.i32);
  for (let index = 0; index < core.getNumExports(); index += 1) {
    const { name, value } = binaryen.getExportInfo(core.getExportByIndex(index));
    if (!place.test(name)) continue;
    // Its types leave this class out.
    const entry = /** @type {any} */ (binaryen).Function(core.getFunction(value));
    const count = core.global.set('callsLeft', core.i32.sub(callsLeft(), core.i32.const(1)));
    const trap = core.if(core.i32.eqz(callsLeft()), core.unreachable());
    entry.setBody(core.block(null, [count, trap, entry.getBody()]));
  }
  return core.emitBinary();
}

/** What the host calls back by: the build gives these exports short names. */
const callbacks = /^_[^_]\w*$/;

/**
 * A model that answers when it is told to.
 * @param {import('node:test').TestContext} t
 */
async function slowModel(t) {
  let release = () => {};
  const released = new Promise((resolve) => {
    release = () => resolve(undefined);
  });
  const server = await startModelServer(t, async (_, response) => {
    await released;
    complete(response, 'an answer');
  });
  return { ...server, release };
}

const subtasks = [{ id: 'a', content: 'hello' }];

/** @param {unknown} error */
function isCoreFailed(error) {
  const { name, code, message, cause } = /** @type {any} */ (error);
  assert.equal(name, 'ParallelError');
  assert.equal(code, 'CORE_FAILED');
  assert.match(message, /The next call starts a fresh one\.$/);
  assert.ok(cause instanceof WebAssembly.RuntimeError);
  return true;
}

test('a trap rejects every run of its core, each with a code, an event and a cause', async (t) => {
  const model = await slowModel(t);
  const { ParallelAgent } = withCore(() => trappingCore(/^run_snapshot$/));
  const agent = new ParallelAgent({ baseURL: model.baseURL, apiKey: 'none', aggregate: false });
  /** @type {string[]} */
  const types = [];
  const runs = [
    agent.parallelProcess('t', subtasks, {
      onEvent: (event) => types.push(event.type === 'RUN_ERROR' ? event.code : event.type),
    }),
    agent.parallelProcess('t', subtasks),
  ];
  const rejected = Promise.all(runs.map((run) => assert.rejects(run, isCoreFailed)));
  while (model.open.now < 2) await after(5);
  assert.equal(runs[0].snapshot().totalTasks, 0);
  await rejected;
  while (model.open.now > 0) await after(5);
  assert.equal(types[0], 'RUN_STARTED');
  assert.equal(types.at(-1), 'CORE_FAILED');

  // What is left of the dead core is not heard any more, and its runs can be asked and aborted
  // without harm.
  for (const run of runs) {
    run.abort();
    assert.equal(run.snapshot().totalTasks, 0);
  }
  const next = agent.parallelProcess('t', subtasks);
  model.release();
  assert.equal((await next).results[0].result, 'an answer');
});

test('a trap in a callback, where nobody could catch it, is no uncaught error', async (t) => {
  const server = await startModelServer(t, (_, response) => complete(response, 'an answer'));
  let starts = 0;
  for (const call of [1, 2, 3]) {
    const { parallelProcess } = withCore(() => {
      starts += 1;
      return starts % 2 === 1 ? trappingCore(callbacks, call) : healthy;
    });
    const options = { baseURL: server.baseURL, apiKey: 'none', aggregate: false };
    await assert.rejects(parallelProcess('t', subtasks, options), isCoreFailed, `at call ${call}`);
    const { results } = await parallelProcess('t', subtasks, options);
    assert.equal(results[0].result, 'an answer');
  }
});

test('a trap where the stack is used up rejects its runs as well', async (t) => {
  const model = await slowModel(t);
  const { parallelProcess } = withCore(() => trappingCore(/^run_snapshot$/));
  const run = parallelProcess('t', subtasks, { baseURL: model.baseURL, apiKey: 'none' });
  const rejected = assert.rejects(run, { code: 'CORE_FAILED' });
  while (model.open.now < 1) await after(5);
  const deeper = () => {
    try {
      deeper();
    } catch (error) {
      run.snapshot();
      throw error;
    }
  };
  assert.throws(deeper, RangeError);
  await rejected;
});

test('a trap while a run is started rejects it', async () => {
  const { parallelProcess } = withCore(() => trappingCore(/^agent_start$/));
  await assert.rejects(parallelProcess('t', subtasks, { baseURL: 'http://localhost:1/v1' }), isCoreFailed);
});

test('a core is loaded once, when it is first needed, and again after that failed', async (t) => {
  const server = await startModelServer(t, (_, response) => complete(response, 'an answer'));
  let loads = 0;
  const { parallelProcess } = withCore(async () => {
    loads += 1;
    if (loads === 1) throw new TypeError('fetch failed');
    return loads === 2 ? new Uint8Array([1, 2, 3]) : healthy;
  });
  assert.equal(loads, 0);
  const ask = () => parallelProcess('t', subtasks, { baseURL: server.baseURL, aggregate: false });
  for (const message of [/could not be loaded: fetch failed/, /could not be loaded: WebAssembly/]) {
    await assert.rejects(ask(), { code: 'CORE_FAILED', message });
  }
  await Promise.all([ask(), ask()]);
  await ask();
  assert.equal(loads, 3);
});
