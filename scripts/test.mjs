#!/usr/bin/env node
// @ts-check
/**
 * `npm test`: sets up, then runs every check and test, and says at the end how each went.
 * `npm test -- --only NAME` runs one (or several: `--only types,node`).
 */

import { parseArgs } from 'node:util';
import { setup } from './setup.mjs';
import { steps } from './test/steps.mjs';

/** @typedef {'ok' | 'failed' | 'skipped'} Outcome */
/** @typedef {{ name: string, compiling: number, testing: number, outcome: Outcome }} Row */

const seconds = () => performance.now() / 1000;

/** @param {import('./test/steps.mjs').Step[]} selected */
async function runAll(selected) {
  /** @type {Promise<Row>[]} */
  const rows = [];
  for (const step of selected) {
    const row = runStep(step);
    rows.push(row);
    if (!step.beside) await row;
  }
  return Promise.all(rows);
}

/**
 * @param {import('./test/steps.mjs').Step} step
 * @returns {Promise<Row>}
 */
async function runStep({ name, compile, run }) {
  console.log(`\n── ${name} ${'─'.repeat(Math.max(0, 60 - name.length))}`);
  const startedAt = seconds();
  const compiled = await attempt(name, compile);
  const compiledAt = seconds();
  const outcome = compiled === 'ok' ? await attempt(name, run) : compiled;
  return { name, compiling: compiledAt - startedAt, testing: seconds() - compiledAt, outcome };
}

/**
 * @param {string} name
 * @param {(() => Promise<string | void>) | undefined} part  of the step
 * @returns {Promise<Row['outcome']>}
 */
async function attempt(name, part) {
  try {
    const reason = await part?.();
    if (reason) console.log(`${name} skipped: ${reason}`);
    return reason ? 'skipped' : 'ok';
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return 'failed';
  }
}

/**
 * Steps that use the built package build it first.
 * @param {string | undefined} only
 */
function select(only) {
  if (!only) return steps.filter((step) => !step.onlyWhenNamed);
  const names = only.split(',');
  const unknown = names.filter((name) => !steps.some((step) => step.name === name));
  if (unknown.length > 0) {
    throw new Error(
      `Expected \`--only\` to name ${steps.map(({ name }) => name).join(', ')}; got \`${unknown}\``,
    );
  }
  const asked = steps.filter(({ name }) => names.includes(name));
  const needBuild = asked.some((step) => step.usesPackage);
  return steps.filter((step) => asked.includes(step) || (needBuild && step.name === 'build'));
}

/**
 * @param {Row[]} rows
 * @param {number} setupSeconds
 * @param {number} allSeconds  without set-up
 */
function printTable(rows, setupSeconds, allSeconds) {
  const line = (/** @type {string} */ name, /** @type {string[]} */ ...cells) =>
    console.log(name.padEnd(16) + cells.map((cell) => cell.padStart(10)).join(''));
  console.log('');
  line('seconds', 'compiling', 'testing');
  for (const { name, compiling, testing, outcome } of rows)
    line(name, compiling.toFixed(1), testing.toFixed(1), outcome);
  const compiling = rows.reduce((sum, row) => sum + row.compiling, 0);
  line('all', compiling.toFixed(1), (allSeconds - compiling).toFixed(1));
  console.log(`\nset-up ${setupSeconds.toFixed(1)} s; some steps ran side by side`);
}

try {
  const { values } = parseArgs({ options: { only: { type: 'string' } } });
  const selected = select(values.only);
  const startedAt = seconds();
  await setup('build', ...new Set(selected.flatMap((step) => step.purposes ?? [])));
  const readyAt = seconds();
  const rows = await runAll(selected);
  printTable(rows, readyAt - startedAt, seconds() - readyAt);
  process.exitCode = rows.some(({ outcome }) => outcome === 'failed') ? 1 : 0;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
