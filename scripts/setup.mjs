#!/usr/bin/env node
// @ts-check
/**
 * Makes a machine ready: `npm run setup`, or for one purpose `npm run setup build`. What is there
 * already is left alone. Runs before any dependency is installed, so it imports only Node's own
 * modules.
 */

import { pathToFileURL } from 'node:url';
import { browser } from './setup/browser.mjs';
import { testedEnvironments, testedFrameworks } from './setup/environments.mjs';
import { modelFile, modelServer } from './setup/local-model.mjs';
import { nodePackages } from './setup/node-modules.mjs';
import { postgres } from './setup/postgres.mjs';
import { redis } from './setup/redis.mjs';
import { wasmBindgen, wasmPack } from './setup/rust-tools.mjs';
import { performSteps } from './setup/step.mjs';
import { librarySources, rust, wasmLibrary } from './setup/wasm-target.mjs';

const purposes = {
  build: [nodePackages, rust, wasmLibrary, librarySources, wasmBindgen],
  test: [wasmPack, browser, redis, postgres],
  environments: [testedEnvironments],
  frameworks: [testedFrameworks],
  model: [modelServer, modelFile],
};

/** @typedef {keyof typeof purposes} Purpose */

/** @param {Purpose[]} wanted */
export async function setup(...wanted) {
  await performSteps(wanted.flatMap((purpose) => purposes[purpose]));
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const all = /** @type {Purpose[]} */ (Object.keys(purposes));
  const asked = process.argv.slice(2);
  const unknown = asked.filter((name) => !all.includes(/** @type {Purpose} */ (name)));
  if (unknown.length > 0) {
    console.error(`Expected any of ${all.join(', ')}, got ${unknown.join(', ')}`);
    process.exit(2);
  }
  try {
    const purposes = asked.length > 0 ? /** @type {Purpose[]} */ (asked) : all;
    await setup(...purposes);
    console.log(`Set up for: ${purposes.join(', ')}`);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  }
}
