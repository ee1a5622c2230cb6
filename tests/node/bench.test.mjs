// @ts-check
/**
 * The benchmarks themselves: that each workload runs, in small, with what needs no package to
 * compare with.
 */

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { fileOf } from '../../benches/contenders.mjs';
import { startServer } from '../../benches/processes.mjs';

// As they measure: with nobody who listens.
process.env.NODE_OPTIONS = '';

const benches = join(import.meta.dirname, '..', '..', 'benches');
const contenders = ['bare-fetch', 'parallelization-agent'];
/** What they start does not end by itself: they need a process of their own. */
const endless = ['memory'];

/**
 * @param {string} name
 * @param {Record<string, string>} columns
 * @param {Record<string, number>} sample
 */
function assertNumbers(name, columns, sample) {
  for (const column of Object.keys(columns))
    assert.ok(Number.isFinite(sample[column]), `${name}: ${column} is ${sample[column]}`);
}

test('the command measures each contender in a process of its own, and writes the numbers down', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'bench-'));
  t.after(() => rm(folder, { recursive: true }));
  const json = join(folder, 'results.json');
  const bench = join(benches, 'bench.mjs');
  // One after the other: each leaves the numbers of the other as they are.
  for (const names of [['voting'], endless]) {
    const flags = ['--tiny', '--only', names.join(), '--contenders', contenders.join(), '--json', json];
    await promisify(execFile)(process.execPath, [bench, ...flags]);
  }

  const { results } = JSON.parse(await readFile(json, 'utf8'));
  assert.deepEqual(
    results.map((/** @type {any} */ { name }) => name),
    [...endless, 'voting'],
  );
  for (const { name, columns, rows } of results) {
    assert.equal(rows.length, contenders.length);
    for (const { title, medians } of rows) assertNumbers(`${name}, ${title}`, columns, medians);
  }
});

const files = await readdir(join(benches, 'workloads'));
for (const name of files.map((file) => file.replace('.mjs', ''))) {
  if (endless.includes(name)) continue;
  test(`the workload ${name} runs in small and gives numbers`, async (t) => {
    const { workload, measure } = await import(`../../benches/workloads/${name}.mjs`);
    const server = await startServer(workload);
    t.after(() => server.stop());
    const entries = workload.contenders
      .map((/** @type {any} */ entry) => [entry].flat())
      .filter((/** @type {any[]} */ [contender]) => contenders.includes(contender));
    assert.ok(entries.length > 0);
    for (const [contender, title = contender, options] of entries) {
      const load = () => import(fileOf(contender));
      const { baseURL } = server;
      await server.reset();
      const sample = await measure({ baseURL, size: workload.tiny, contender, options, load });
      const seen = await server.reset();
      assertNumbers(`${name}, ${title}`, workload.columns, workload.withSeen?.(sample, seen) ?? sample);
    }
  });
}
