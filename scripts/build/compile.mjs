// @ts-check
/** The core, from Rust to WebAssembly that is not yet bound. */

import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { run } from '../command.mjs';
import { root } from '../paths.mjs';
import { hasLibrarySources, wasmEnvironment, wasmTarget } from '../toolchain.mjs';

const targetFolder = process.env.CARGO_TARGET_DIR ?? join(root, 'target');

/**
 * How the core is compiled.
 * @typedef {object} Build
 * @property {'release' | 'node'} profile  in Cargo.toml
 * @property {string[]} flags  for rustc
 * @property {string[]} library  for cargo: how the standard library is compiled
 */

/** @param {Build} build */
export function compiled({ profile }) {
  return join(targetFolder, wasmTarget, profile, 'parallelization_agent.wasm');
}

/**
 * With the standard library compiled for this package alone, where that can be: for size, and
 * without the words and places of panics, which end in a trap either way, and without the forms for
 * debugging. What it takes is for nightly compilers only, unless one says RUSTC_BOOTSTRAP, and may
 * be worded otherwise in the next.
 * @param {Build} build
 * @returns {Promise<'own' | 'stock'>} the standard library that it was compiled with
 */
export async function compile(build) {
  const env = wasmEnvironment();
  if (!hasLibrarySources())
    return compileWithStock(build, env, 'Rust’s sources are missing (`npm run setup build`)');
  const flags = ['-Zunstable-options', '-Cpanic=immediate-abort', '-Zfmt-debug=none', ...build.flags];
  const library = ['-Zbuild-std=std,panic_abort', ...build.library];
  try {
    await compileWith(build, { ...env, RUSTC_BOOTSTRAP: '1' }, flags, library);
    return 'own';
  } catch (error) {
    return compileWithStock(build, env, error instanceof Error ? error.message : String(error));
  }
}

/**
 * @param {Build} build
 * @param {NodeJS.ProcessEnv} env
 * @param {string} reason
 * @returns {Promise<'stock'>}
 */
async function compileWithStock(build, env, reason) {
  console.warn(
    `${reason}: building with the standard library as it was shipped. This is no build for a release.`,
  );
  await compileWith(build, env);
  return 'stock';
}

/**
 * As a `cdylib` alone: with an `rlib` beside it, link-time optimisation is silently left out.
 * @param {Build} build
 * @param {NodeJS.ProcessEnv} env
 * @param {string[]} flags  for rustc
 * @param {string[]} library  for cargo
 */
function compileWith({ profile }, env, flags = [], library = []) {
  const what = ['--profile', profile, '--lib', '--target', wasmTarget, '--crate-type', 'cdylib'];
  const encoded = [...flags, ...withoutPlaces()].join('\x1f');
  return run('cargo', ['rustc', ...what, ...library], { env: { ...env, CARGO_ENCODED_RUSTFLAGS: encoded } });
}

/** Where sources lay on the machine that built it is no part of the package. */
function withoutPlaces() {
  const registries = join(process.env.CARGO_HOME ?? join(homedir(), '.cargo'), 'registry', 'src');
  const folders = existsSync(registries) ? readdirSync(registries).map((name) => join(registries, name)) : [];
  return [root, ...folders].map((folder) => `--remap-path-prefix=${folder}=`);
}
