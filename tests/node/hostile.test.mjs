// @ts-check
/**
 * Nothing that comes from outside a run traps the core: each hostile value harms the run that it
 * came with, and no other.
 */

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { promisify } from 'node:util';
import { ParallelAgent, parallelProcess } from 'parallelization-agent';
import { agents, doors, plain } from './hostile-doors.mjs';
import { values } from './hostile-values.mjs';
import { after } from './model-server.mjs';

/** A run that lives as long as the test, in the same core. */
function healthyRun() {
  /** @type {(text: string) => void} */
  let answer = () => {};
  const answered = new Promise((resolve) => {
    answer = resolve;
  });
  const run = parallelProcess('t', [{ id: 'a', content: 'x' }], {
    complete: async () => /** @type {string} */ (await answered),
    aggregate: false,
  });
  return { run, answer };
}

/** What becomes of a run; a call must not throw at once. @param {() => any} start */
async function codeOf(start) {
  try {
    await start();
    return 'completed';
  } catch (error) {
    const { code, name } = /** @type {any} */ (error);
    assert.equal(typeof code, 'string', `${name}: ${error}`);
    return code;
  }
}

/** Leaves no timer behind, which would keep the process up. @param {Promise<string>} code */
function orHangs(code) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, 20_000, 'HANGS');
    code.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/** @param {string} place @param {(value: () => any) => any} start */
async function play(place, start) {
  // At once, since many of them keep their run waiting until its deadline.
  const codes = await Promise.all(
    Object.entries(values).map(async ([name, value]) => {
      const code = await orHangs(codeOf(() => start(value)));
      return `${name}: ${code}`;
    }),
  );
  assert.deepEqual(
    codes.filter((code) => /: (CORE_FAILED|HANGS)$/.test(code)),
    [],
    place,
  );
}

describe('hostile values', { concurrency: 2 }, () => {
  test('at every door trap nothing and leave a run beside them alone', { concurrency: 4 }, async (t) => {
    /**
     * Promises that a hostile value breaks are its own; a run's are handled.
     * @param {any} reason
     */
    const note = (reason) => {
      assert.notEqual(reason?.name, 'ParallelError', String(reason));
    };
    process.on('unhandledRejection', note);
    t.after(() => process.off('unhandledRejection', note));
    const { run, answer } = healthyRun();
    await after(50);
    const agent = new ParallelAgent({ aggregate: false });
    // Some doors at once, since each waits for the deadlines of its runs.
    await Promise.all([
      ...Object.entries(doors).map(([door, start]) =>
        t.test(door, () => play(door, (value) => start(agent, value))),
      ),
      ...Object.entries(agents).map(([door, options]) =>
        t.test(door, () => play(door, (value) => plain(new ParallelAgent(options(value))))),
      ),
    ]);
    answer('well');
    const { results } = await run;
    assert.equal(results[0].result, 'well');
  });

  test('by chance trap nothing, in a process of their own', async () => {
    const program = join(import.meta.dirname, 'hostile-chance.mjs');
    const { stdout } = await promisify(execFile)(process.execPath, [program, '5000', '1']);
    const { codes, hanging, unheard, beside } = JSON.parse(stdout);
    assert.ok(codes.completed > 10, 'some get through');
    const { CORE_FAILED = 0, undefined: uncoded = 0 } = codes;
    assert.deepEqual([CORE_FAILED, hanging, uncoded, unheard, beside], [0, [], 0, 0, 'well']);
  });
});
