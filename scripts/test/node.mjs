// @ts-check
/** Tests under Node's own test runner: all `*.test.mjs` files of a folder. */

import { readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { environment, run } from '../command.mjs';
import { root } from '../paths.mjs';
import { findBrowser } from '../setup/browser.mjs';

/**
 * A file that hangs fails, and the other files are run all the same. The one with a real model
 * takes minutes where others take the processor.
 */
const fileTimeoutMs = 10 * 60_000;

/**
 * A file waits for servers, processes and browsers about as long as it works: with one a processor,
 * as Node has it less one, half of each processor's time is lost.
 */
const filesAtOnce = availableParallelism() + 2;

/**
 * @param {string} folder
 * @param {string} [preload]  a module that each process of these tests begins with
 * @returns {Promise<string | void>}
 */
export async function nodeTests(folder, preload) {
  // Listed here, since Node 20 takes a folder where Node 22 takes a pattern.
  const files = testFiles(folder);
  if (files.length === 0) return `${folder} has no tests`;
  const env = {
    ...environment(),
    CHROMIUM: findBrowser() ?? '',
    ...(preload && { NODE_OPTIONS: `--import ${pathToFileURL(join(root, preload))}` }),
  };
  const flags = [
    '--test-reporter=spec',
    `--test-timeout=${fileTimeoutMs}`,
    `--test-concurrency=${filesAtOnce}`,
  ];
  await run(process.execPath, ['--test', ...flags, ...files], { env });
}

/** @param {string} folder */
function testFiles(folder) {
  try {
    const names = readdirSync(join(root, folder), { encoding: 'utf8', recursive: true });
    return names
      .filter((name) => name.endsWith('.test.mjs') && !name.includes('node_modules'))
      .map((name) => join(folder, name))
      .sort();
  } catch {
    return [];
  }
}
