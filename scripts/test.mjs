#!/usr/bin/env node
// @ts-check
/**
 * `npm test`: sets up, then runs every check and test, and says at the end how each went.
 * `npm test -- --only NAME` runs one (or several: `--only types,node`).
 */

import { parseArgs } from 'node:util';
import { setup } from './setup.mjs';
import { steps } from './test/steps.mjs';

/** @typedef {{ name: string, seconds: number, outcome: 'ok' | 'failed' | 'skipped' }} Row */

/** @param {import('./test/steps.mjs').Step[]} selected */
async function runAll(selected) {
  /** @type {Row[]} */
  const rows = [];
  for (const step of selected) {
    console.log(`\n── ${step.name} ${'─'.repeat(Math.max(0, 60 - step.name.length))}`);
    const startedAt = performance.now();
    const outcome = await runStep(step);
    rows.push({ name: step.name, seconds: (performance.now() - startedAt) / 1000, outcome });
  }
  return rows;
}

/**
 * @param {import('./test/steps.mjs').Step} step
 * @returns {Promise<Row['outcome']>}
 */
async function runStep(step) {
  try {
    const reason = await step.run();
    if (reason) console.log(`skipped: ${reason}`);
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
  if (!only) return steps;
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
 */
function printTable(rows, setupSeconds) {
  console.log(`\n${'step'.padEnd(16)}${'seconds'.padStart(8)}`);
  for (const { name, seconds, outcome } of rows) {
    console.log(`${name.padEnd(16)}${seconds.toFixed(1).padStart(8)}  ${outcome}`);
  }
  const total = rows.reduce((sum, { seconds }) => sum + seconds, 0);
  console.log(`\nset-up ${setupSeconds.toFixed(1)} s, tests ${total.toFixed(1)} s`);
}

try {
  const { values } = parseArgs({ options: { only: { type: 'string' } } });
  const selected = select(values.only);
  const startedAt = performance.now();
  await setup('build', ...new Set(selected.flatMap((step) => step.purposes ?? [])));
  const setupSeconds = (performance.now() - startedAt) / 1000;
  const rows = await runAll(selected);
  printTable(rows, setupSeconds);
  process.exitCode = rows.some(({ outcome }) => outcome === 'failed') ? 1 : 0;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
