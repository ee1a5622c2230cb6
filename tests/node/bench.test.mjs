// @ts-check
/**
 * The benchmarks themselves: that each workload runs, in small, with what needs no package to
 * compare with.
 */

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';

const bench = join(import.meta.dirname, '..', '..', 'benches', 'bench.mjs');

test('every workload runs in small and gives numbers', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'bench-'));
  t.after(() => rm(folder, { recursive: true }));
  const json = join(folder, 'results.json');
  const flags = ['--tiny', '--contenders', 'bare-fetch,parallelization-agent', '--json', json];
  // As they measure: with nobody who listens.
  const env = { ...process.env, NODE_OPTIONS: '' };
  await promisify(execFile)(process.execPath, [bench, ...flags], { env });

  const { results } = JSON.parse(await readFile(json, 'utf8'));
  assert.equal(results.length, 11);
  for (const { name, columns, rows } of results) {
    assert.ok(rows.length > 0, `${name} has rows`);
    for (const { title, medians } of rows)
      for (const number of Object.keys(columns))
        assert.ok(Number.isFinite(medians[number]), `${name}, ${title}: ${number} is ${medians[number]}`);
  }
});
