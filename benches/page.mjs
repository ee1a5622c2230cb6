#!/usr/bin/env node
// @ts-check
/**
 * Writes what `npm run bench -- --json benches/results.json` measured into `docs/benchmarks.md`,
 * and draws the chart beside it.
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeSection } from '../scripts/docs/section.mjs';
import { chart } from './chart.mjs';
import { titles } from './contenders.mjs';
import { figure } from './table.mjs';

/**
 * @typedef {object} Report
 * @property {string} date
 * @property {boolean} tiny
 * @property {Record<string, any>} machine
 * @property {Record<string, string>} versions
 * @property {import('./workload.mjs').Result[]} results
 */

const here = (/** @type {string} */ name) => join(import.meta.dirname, name);

/** Columns of the comparison: workload, number, heading, whether it is told as a multiple. */
const columns = /** @type {const} */ ([
  ['fan-out', 'wallMs', '2,000 calls, wall', true],
  ['fan-out', 'cpuMs', 'processor', true],
  ['streams', 'cpuMs', '200 streams, processor', true],
  ['graphs', 'limited', 'graphs, ÷ bound', false],
  ['cold-start', 'requestMs', 'import to request, ms', false],
  ['download', 'kilobytes', 'download, kB', false],
  ['memory', 'many', 'waiting task, bytes', false],
]);

/** @param {Report} report */
function comparison({ results }) {
  const contenders = Object.entries(titles).filter(([name]) =>
    results.some(({ rows }) => rows.some(({ contender }) => contender === name)),
  );
  const cell = (
    /** @type {string} */ contender,
    /** @type {typeof columns[number]} */ [workload, number, , ratio],
  ) => {
    const rows = results.find(({ name }) => name === workload)?.rows ?? [];
    const row = rows.find((row) => row.contender === contender);
    if (!row) return '';
    return ratio ? `${(row.ratios?.[number] ?? 1).toFixed(2)} ×` : figure(row.medians[number]);
  };
  return [
    `| package | ${columns.map(([, , heading]) => heading).join(' | ')} |`,
    `|---|${'--:|'.repeat(columns.length)}`,
    ...contenders.map(
      ([name, title]) => `| ${title} | ${columns.map((column) => cell(name, column)).join(' | ')} |`,
    ),
  ].join('\n');
}

/** @param {import('./workload.mjs').Result} result */
function single({ title, columns, rows }) {
  const head = Object.entries(columns);
  return [
    `| ${title} | ${head.map(([, heading]) => heading).join(' | ')} |`,
    `|---|${'--:|'.repeat(head.length)}`,
    ...rows.map(
      ({ title, medians }) => `| ${title} | ${head.map(([name]) => figure(medians[name])).join(' | ')} |`,
    ),
  ].join('\n');
}

/** @param {Report} report */
function section(report) {
  const { date, machine, versions, results } = report;
  const alone = results.filter(({ name }) => ['rate-limit', 'voting', 'hedging', 'items'].includes(name));
  // One that only counts bytes needs no second round.
  const rounds = Math.min(...results.map(({ rounds }) => rounds).filter((rounds) => rounds > 1));
  const named = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return [
    '![Processor time of a call, as a multiple of bare fetch](./benchmarks.svg)',
    comparison(report),
    ...alone.map(single),
    `Measured on ${date} with Node ${machine.node.slice(1)} on ${machine.processors} processors (${machine.processor}), ` +
      `${machine.memoryGB} GB: medians of at least ${rounds} interleaved rounds. ${named.join(', ')}.`,
  ].join('\n\n');
}

/** @type {Report} */
const report = JSON.parse(readFileSync(here('results.json'), 'utf8'));
if (report.tiny) throw new Error('These are numbers of `--tiny`, which say nothing: measure without it');
writeSection(here('../docs/benchmarks.md'), 'benches/page.mjs', section(report));
const fanOut = report.results.find(({ name }) => name === 'fan-out');
if (fanOut) writeFileSync(here('../docs/benchmarks.svg'), chart(fanOut.rows.map(bar)));

/** @param {import('./workload.mjs').Row} row */
function bar({ title, contender, ratios }) {
  return {
    title: title.replaceAll('`', ''),
    value: ratios?.cpuMs ?? 1,
    ours: contender === 'parallelization-agent',
  };
}
