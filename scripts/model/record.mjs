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

/** The examples as the page has them: each pattern as it stands at first, and those to try. */
export function examples() {
  const filled = suggestions.map(({ pattern, values }) => ({ name: pattern, values }));
  return [...patterns.map(({ name }) => ({ name, values: {} })), ...filled].flatMap(({ name, values }) => {
    const pattern = patterns.find((each) => each.name === name);
    if (!pattern) return [];
    const form = Object.fromEntries(pattern.fields.map((field) => [field.name, field.value]));
    const { args, options = {} } = pattern.call({ ...form, ...values });
    return [{ label: pattern.label, name: pattern.function ?? name, args, options }];
  });
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

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values, positionals } = parseArgs({
    options: { 'typical-pace': { type: 'boolean' } },
    allowPositionals: true,
  });
  await build();
  const model = await findModel();
  try {
    console.log(`Model: ${model.name}`);
    const pace = values['typical-pace'] ? 'typical' : 'its own';
    const recording = await record(model, examples(), console.log, pace);
    const file = positionals[0] ?? recordedFile;
    writeFileSync(file, `${JSON.stringify(recording, null, 2)}\n`);
    console.log(`${recording.answers.length} answers are in ${file}`);
  } finally {
    await model.stop();
  }
}
