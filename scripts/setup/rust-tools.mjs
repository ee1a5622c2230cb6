// @ts-check
/**
 * The command-line tools of wasm-bindgen, compiled into `.cache/tools` so that a user's own version
 * stays as it is.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { environment, output, run } from '../command.mjs';
import { cache, root, rustTools } from '../paths.mjs';

/** The tool has to be of the very version that the crate was compiled with. */
function wasmBindgenVersion() {
  const lock = readFileSync(join(root, 'Cargo.lock'), 'utf8');
  const version = lock.match(/name = "wasm-bindgen"\nversion = "(.+)"/)?.[1];
  if (!version) throw new Error('Cargo.lock lists no wasm-bindgen');
  return version;
}

/** @type {import('./step.mjs').Step} */
export const wasmBindgen = {
  name: 'wasm-bindgen',
  why: 'compiling the tools that write the JavaScript around the core and run its tests, 2 to 3 minutes (cargo install)',
  remedy: 'see what cargo says above; it needs a C linker (Debian: build-essential) and the crates registry.',
  isDone: () => output('wasm-bindgen', ['--version'])?.split(' ')[1] === wasmBindgenVersion(),
  perform: install,
};

/**
 * Without `--locked`: a tool's own lock file may name versions that a registry mirror does not have
 * yet.
 */
async function install() {
  const env = {
    ...environment(),
    CARGO_TARGET_DIR: join(cache, 'tools-target'),
    // The tools run for milliseconds: quick to compile is worth more than quick to run.
    CARGO_PROFILE_RELEASE_OPT_LEVEL: '1',
    CARGO_PROFILE_RELEASE_DEBUG: 'false',
    CARGO_PROFILE_RELEASE_LTO: 'off',
  };
  const tools = `wasm-bindgen-cli@${wasmBindgenVersion()}`;
  await run('cargo', ['install', '--root', rustTools, '--force', tools], { env });
}
