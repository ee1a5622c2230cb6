// @ts-check
/**
 * Whoever follows a run by its events need not await it: in Node, a rejection that nobody handles
 * ends the process.
 */

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('unawaited-run.mjs', import.meta.url));

/**
 * Without those who hear all runs of these tests: they would handle what is to be handled here.
 * @param {string} end
 * @param {string} way
 * @returns {Promise<{ way: string, code: number, said: string[], complaint: string }>}
 */
function processOf(end, way) {
  const { NODE_OPTIONS: _, ...env } = process.env;
  return new Promise((resolve) => {
    execFile(process.execPath, [program, end, way], { env, timeout: 60_000 }, (error, stdout, stderr) => {
      const code = error ? Number(error.code) : 0;
      resolve({ way, code, said: stdout.trim().split('\n'), complaint: stderr });
    });
  });
}

/** What each is told at the end. @type {Record<string, string>} */
const ends = { fails: 'RUN_FAILED', 'is aborted': 'cancelled', 'is refused': 'INVALID_INPUT' };

const toldThere = ['a loop with a slow body', 'a stream', 'a server', 'onEvent', "an agent's onEvent"];
const leftEarly = ['a loop that is left', 'a stream that is cancelled', 'a server whose visitor leaves'];

for (const [end, told] of Object.entries(ends)) {
  test(`a run that ${end} is told of where its events are read, and ends no process`, async () => {
    const outcomes = await Promise.all(toldThere.map((way) => processOf(end, way)));
    const right = { code: 0, said: [told, 'alive'], complaint: '' };
    assert.deepEqual(
      outcomes,
      toldThere.map((way) => ({ way, ...right })),
    );
  });

  test(`a run that ${end} ends no process when its events are not read to their end`, async () => {
    const outcomes = await Promise.all(leftEarly.map((way) => processOf(end, way)));
    const right = { code: 0, said: ['alive'], complaint: '' };
    assert.deepEqual(
      outcomes,
      leftEarly.map((way) => ({ way, ...right })),
    );
  });

  test(`a run that ${end} rejects all the same for whoever awaits it, or reads the results`, async () => {
    const code = end === 'is aborted' ? 'ABORTED' : told;
    const promise = await processOf(end, 'a loop, and then its promise');
    assert.deepEqual(promise.said, [told, `rejected with ${code}`, 'alive']);
    const results = await processOf(end, 'the results of a batch');
    assert.deepEqual([results.code, results.said], [0, [code, 'alive']]);
  });
}

test('a run that fails and of which nobody takes any note ends the process', async () => {
  const { code, said, complaint } = await processOf('fails', 'nothing');
  assert.deepEqual([code, said], [1, ['']]);
  assert.match(complaint, /None of 1 tasks completed/);
});
