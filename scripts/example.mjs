#!/usr/bin/env node
// @ts-check
/**
 * `npm run example NAME`: runs one of `examples/` on whatever model `npm start` would find; without
 * a name, lists them. Imports nothing that set-up has yet to install.
 */

import { parseArgs } from 'node:util';
import { build } from './build.mjs';
import { exampleNames, loadExample } from './example/catalogue.mjs';
import { findModel } from './model.mjs';
import { limits, tinyModelNote } from './start/limits.mjs';

const usage = `npm run example NAME -- [--simulated]
  --simulated    simulated answers in place of a model's`;

/** @returns {Promise<number>} the exit code */
async function main() {
  const wanted = readArguments();
  if (!wanted) return 2;
  const { name, simulated } = wanted;
  // The list has a line of each example's own, and these import the package.
  await build();
  if (!name) return await list();

  const example = await loadExample(name);
  const { watchProgress } = await import('./start/progress.mjs');
  const model = await findModel({ simulated });
  try {
    console.log(`Model: ${model.name}\n`);
    const { kind, baseURL, apiKey } = model;
    const server = { baseURL, apiKey, model: model.model };
    const { onEvent, end } = watchProgress();
    const result = await example.run({ ...server, ...limits[kind], stream: true, onEvent }).finally(end);
    console.log();
    example.print(result);
    if (kind === 'embedded') console.log(tinyModelNote);
    return 0;
  } finally {
    await model.stop();
  }
}

/** @returns {Promise<number>} */
async function list() {
  const width = Math.max(...exampleNames.map((name) => name.length));
  for (const name of exampleNames) console.log(`${name.padEnd(width)}  ${(await loadExample(name)).about}`);
  console.log(`\n${usage}`);
  return 0;
}

/** @returns {{ name?: string, simulated: boolean } | null} */
function readArguments() {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        help: { type: 'boolean', short: 'h' },
        simulated: { type: 'boolean', default: false },
      },
    });
    const [name, ...others] = positionals;
    if (others.length > 0) throw new Error(`Expected one name, got ${positionals.join(', ')}`);
    if (name !== undefined && !exampleNames.includes(name))
      throw new Error(`There is no example \`${name}\`. There are: ${exampleNames.join(', ')}`);
    if (!values.help) return { name, simulated: values.simulated };
    console.log(usage);
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${usage}`);
  }
  return null;
}

try {
  process.exitCode = await main();
} catch (error) {
  const { message, code } = /** @type {Error & { code?: string }} */ (error);
  console.error(`The run failed: ${message}${code ? ` (${code})` : ''}`);
  process.exitCode = 1;
}
