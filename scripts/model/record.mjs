#!/usr/bin/env node
// @ts-check
/**
 * `node scripts/model/record.mjs [--typical-pace] [FILE]`: runs each of the page's examples on the
 * model that `npm start` would find. What it answers is kept with its pace in
 * `www/src/simulated/recorded.json`, from which the page plays it. `--typical-pace` keeps no paces,
 * and the page says so.
 */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { patterns } from '../../www/src/patterns/index.js';
import { suggestions } from '../../www/src/patterns/suggestions.js';
import { build } from '../build.mjs';
import { findModel } from '../model.mjs';
import { www } from '../paths.mjs';
import { limits } from '../start/limits.mjs';
import { Recorder } from './recorder.mjs';

/** A model on one's own computer may take long. */
const timeoutMs = 600_000;
/** All voters are asked before enough of them agree. */
const concurrency = 20;

const recordedFile = join(www, 'src', 'simulated', 'recorded.json');

/** @typedef {import('../../www/src/patterns/index.js').Pattern} Pattern */
/** @typedef {{ pattern: Pattern, form: Record<string, any> }} Filled */

/**
 * The examples as the page has them: each pattern as it stands at first, those to try, and what is
 * one click away from either: another choice, or a number that is one more or less.
 */
export function examples() {
  const first = patterns.map(({ name }) => ({ pattern: name, values: {} }));
  const standing = [...first, ...suggestions].flatMap(({ pattern: name, values }) => {
    const pattern = patterns.find((each) => each.name === name);
    if (!pattern) return [];
    const form = Object.fromEntries(pattern.fields.map((field) => [field.name, field.value]));
    return [{ pattern, form: { ...form, ...values } }];
  });
  return [...standing, ...standing.flatMap(oneClickAway)].map(({ pattern, form }) => {
    const { args, options = {} } = pattern.call(form);
    return { label: pattern.label, name: pattern.function ?? pattern.name, args, options };
  });
}

/** @param {Filled} filled @returns {Filled[]} */
function oneClickAway({ pattern, form }) {
  return pattern.fields.flatMap((field) =>
    neighbours(field, form[field.name]).map((value) => ({
      pattern,
      form: { ...form, [field.name]: value },
    })),
  );
}

/**
 * @param {import('../../www/src/patterns/index.js').Field} field
 * @param {any} value
 */
function neighbours({ kind, choices = [], min = 0, max = Number.POSITIVE_INFINITY }, value) {
  if (kind === 'choice') return choices.map(([other]) => other).filter((other) => other !== value);
  if (kind === 'number') return [value - 1, value + 1].filter((other) => other >= min && other <= max);
  return [];
}

/**
 * @param {import('../model.mjs').Model} model
 * @param {ReturnType<typeof examples>} wanted
 * @param {(line: string) => void} tell
 * @param {import('../../www/src/simulated/recorded.js').Recording['pace']} [pace]
 * @returns {Promise<import('../../www/src/simulated/recorded.js').Recording>}
 */
export async function record({ kind, baseURL, apiKey, model }, wanted, tell, pace = 'its own') {
  const api = /** @type {Record<string, any>} */ (await import('parallelization-agent'));
  const server = { baseURL, apiKey, model, timeoutMs, concurrency, ...limits[kind], stream: true };
  const recorder = new Recorder();
  for (const { label, name: pattern, args, options } of wanted) {
    const run = api[pattern](...args, { ...server, ...options, fetch: recorder.fetchOfRun() });
    // What failed is not recorded: the page says that its answer is simulated.
    const ended = await run.then(
      () => 'done',
      (/** @type {Error} */ error) => error.message,
    );
    tell(`${label}: ${ended}`);
  }
  const answers = await recorder.answers();
  const kept = pace === 'typical' ? answers.map(({ pieces, ...answer }) => answer) : answers;
  return { model, on: new Date().toISOString().slice(0, 10), pace, answers: kept };
}

/**
 * All that the examples ask, of the model that is found.
 * @param {ReturnType<typeof wishesIn>} wishes
 * @param {(line: string) => void} tell
 */
export async function recordAll({ pace, file }, tell) {
  const model = await findModel();
  try {
    tell(`Model: ${model.name}`);
    const recording = await record(model, examples(), tell, pace);
    writeFileSync(file, `${JSON.stringify(recording, null, 2)}\n`);
    tell(`${recording.answers.length} answers are in ${file}`);
  } finally {
    await model.stop();
  }
}

/** @param {string[]} args  of the command line */
export function wishesIn(args) {
  const { values, positionals } = parseArgs({
    args,
    options: { 'typical-pace': { type: 'boolean' } },
    allowPositionals: true,
  });
  /** @type {import('../../www/src/simulated/recorded.js').Recording['pace']} */
  const pace = values['typical-pace'] ? 'typical' : 'its own';
  return { pace, file: positionals[0] ?? recordedFile };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const wishes = wishesIn(process.argv.slice(2));
  await build();
  await recordAll(wishes, console.log);
}
