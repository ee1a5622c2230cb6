#!/usr/bin/env node
// @ts-check
/**
 * `npm run bench`: measures the built package beside what people use instead. `-- --only
 * fan-out,streams` picks workloads, `--contenders bare-fetch,parallelization-agent` who takes part,
 * `--rounds 9` how often, `--json` keeps the numbers (in `benches/results.json`, or in the file
 * that it names, beside what that has of the same versions), `--quick` takes three rounds of the
 * workloads that work rather than wait, all in less than five minutes, and `--tiny` only shows that
 * everything works.
 */

import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { arch, cpus, platform, totalmem } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual, parseArgs } from 'node:util';

const names = [
  'fan-out',
  'waiting',
  'graphs',
  'streams',
  'cold-start',
  'download',
  'memory',
  'rate-limit',
  'voting',
  'hedging',
  'items',
];

const quick = ['fan-out', 'streams', 'cold-start', 'download'];

const args = process.argv.slice(2);
const json = args.indexOf('--json');
// An option whose value may be left out is none that `parseArgs` knows.
if (json >= 0 && (args[json + 1] ?? '--').startsWith('--'))
  args.splice(json + 1, 0, join(import.meta.dirname, 'results.json'));

const { values } = parseArgs({
  args,
  options: {
    only: { type: 'string' },
    contenders: { type: 'string' },
    rounds: { type: 'string' },
    json: { type: 'string' },
    quick: { type: 'boolean', default: false },
    tiny: { type: 'boolean', default: false },
  },
});

const only = values.only?.split(',') ?? (values.quick ? quick : names);
const rounds = Number(values.rounds ?? (values.quick ? 3 : 7));
const unknown = only.filter((name) => !names.includes(name));
if (unknown.length > 0) {
  console.error(`Expected \`--only\` to name ${names.join(', ')}; got \`${unknown}\``);
  process.exit(2);
}

const contenders = values.contenders?.split(',');
// The peers are many and large; whoever looks only at our own files does without them.
if (!contenders) installPeers();

// Only now are the packages there that these may import.
const { run } = await import('./workload.mjs');
const { table } = await import('./table.mjs');
const { versions } = await import('./contenders.mjs');
const machine = {
  node: process.version,
  platform: `${platform()} ${arch()}`,
  processors: cpus().length,
  processor: cpus()[0]?.model,
  memoryGB: Math.round(totalmem() / 2 ** 30),
};
const about = { tiny: values.tiny, machine, versions: versions() };
const results = new Map(earlier().map((result) => [result.name, result]));
if (values.tiny)
  console.log('All sizes are tiny ones, and not those of the titles: the numbers say nothing.');
for (const name of only) {
  const { workload } = await import(`./workloads/${name}.mjs`);
  const result = await run(workload, { rounds, tiny: values.tiny, only: contenders });
  results.set(name, result);
  console.log(`\n${table(result)}`);
  // After each, since all of them take long.
  if (values.json) write(values.json);
}
if (values.json) console.log(`\nWritten to ${values.json}`);

/**
 * What the file has of the same machine and the same versions: one workload can be measured anew
 * without the others.
 * @returns {any[]}
 */
function earlier() {
  if (!values.json || !existsSync(values.json)) return [];
  const { date, results, ...before } = JSON.parse(readFileSync(values.json, 'utf8'));
  return isDeepStrictEqual(before, about) ? results : [];
}

/** @param {string} file */
function write(file) {
  const inOrder = names.flatMap((name) => results.get(name) ?? []);
  const report = { date: new Date().toISOString().slice(0, 10), ...about, results: inOrder };
  writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`);
}

function installPeers() {
  if (existsSync(join(import.meta.dirname, 'node_modules', '.package-lock.json'))) return;
  console.log('Installing what to compare with (npm ci --prefix benches)');
  const { status } = spawnSync('npm', ['ci', '--no-fund', '--no-audit'], {
    cwd: import.meta.dirname,
    stdio: 'inherit',
  });
  if (status !== 0) process.exit(1);
}
