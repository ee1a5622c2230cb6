#!/usr/bin/env node
// @ts-check
/**
 * `node scripts/model/record.mjs [FILE]`: runs each of the demo page's examples on whatever model
 * `npm start` would find, and keeps its answers with their paces in
 * `www/src/simulated/recorded.json`, from which the page plays them.
 */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { patterns } from '../../www/src/patterns/index.js';
import { suggestions } from '../../www/src/patterns/suggestions.js';
import { build } from '../build.mjs';
import { findModel } from '../model.mjs';
import { www } from '../paths.mjs';
import { limits } from '../start/limits.mjs';
import { Recorder } from './recorder.mjs';

/** More than a person would wait for. */
const mostTasks = 100;

/** The examples as the page has them: each pattern as it stands at first, and those to try. */
export function examples() {
  const filled = suggestions.map(({ pattern, values }) => ({ name: pattern, values }));
  return [...patterns.map(({ name }) => ({ name, values: {} })), ...filled].flatMap(({ name, values }) => {
    const pattern = patterns.find((each) => each.name === name);
    if (!pattern) return [];
    const form = Object.fromEntries(pattern.fields.map((field) => [field.name, field.value]));
    const { args, options = {} } = pattern.call({ ...form, ...values });
    const isLarge = args.some((arg) => Array.isArray(arg) && arg.length > mostTasks);
    return isLarge ? [] : [{ label: pattern.label, name: pattern.function ?? name, args, options }];
  });
}

/**
 * @param {import('../model.mjs').Model} model
 * @param {ReturnType<typeof examples>} wanted
 * @param {(line: string) => void} tell
 */
export async function record({ kind, baseURL, apiKey, model }, wanted, tell) {
  const api = /** @type {Record<string, any>} */ (await import('parallelization-agent'));
  const recorder = new Recorder();
  for (const { label, name: pattern, args, options } of wanted) {
    const server = { baseURL, apiKey, model, ...limits[kind], ...options };
    /** @type {any} */
    const run = api[pattern](...args, { ...server, stream: true, fetch: recorder.fetch });
    // What failed is not recorded: the page has written answers for it.
    const ended = await run.then(
      () => 'done',
      (/** @type {Error} */ error) => error.message,
    );
    await recorder.settled();
    tell(`${label}: ${ended}, ${recorder.answers.length} answers so far`);
  }
  return { model, on: new Date().toISOString().slice(0, 10), answers: recorder.answers };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const file = process.argv[2] ?? join(www, 'src', 'simulated', 'recorded.json');
  await build();
  const model = await findModel();
  try {
    console.log(`Model: ${model.name}`);
    const recording = await record(model, examples(), console.log);
    writeFileSync(file, `${JSON.stringify(recording)}\n`);
    console.log(`${recording.answers.length} answers are in ${file}`);
  } finally {
    await model.stop();
  }
}
