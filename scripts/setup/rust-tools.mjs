// @ts-check
/**
 * Command-line tools written in Rust, compiled into `.cache/tools` so that a user's own versions
 * stay as they are.
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
  why: 'compiling the tool that writes the JavaScript around the core, 2 to 3 minutes (cargo install)',
  remedy: 'see what cargo says above; it needs a C linker (Debian: build-essential) and the crates registry.',
  isDone: () => output('wasm-bindgen', ['--version'])?.split(' ')[1] === wasmBindgenVersion(),
  perform: () => install('wasm-bindgen-cli', wasmBindgenVersion()),
};

/** @type {import('./step.mjs').Step} */
export const wasmPack = {
  name: 'wasm-pack',
  why: 'compiling the tool that runs the Rust tests in Node and in a browser, 1 to 2 minutes (cargo install)',
  remedy: 'see what cargo says above; it needs a C linker (Debian: build-essential) and the crates registry.',
  isDone: () => output('wasm-pack', ['--version']) !== null,
  perform: () => install('wasm-pack'),
};

/**
 * Without `--locked`: a tool's own lock file may name versions that a registry mirror does not have
 * yet.
 * @param {string} crate
 * @param {string} [version]
 */
async function install(crate, version) {
  const env = {
    ...environment(),
    // Shared, so that the second tool finds what the first has compiled.
    CARGO_TARGET_DIR: join(cache, 'tools-target'),
    // These tools run for milliseconds: quick to compile is worth more than quick to run.
    CARGO_PROFILE_RELEASE_OPT_LEVEL: '1',
    CARGO_PROFILE_RELEASE_DEBUG: 'false',
    CARGO_PROFILE_RELEASE_LTO: 'off',
  };
  await run('cargo', ['install', '--root', rustTools, '--force', version ? `${crate}@${version}` : crate], {
    env,
  });
}
