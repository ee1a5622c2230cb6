// @ts-check
/** Lints and tests of the core that cargo runs, on the host and for wasm32. */

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { output, run } from '../command.mjs';
import { cache } from '../paths.mjs';
import { findBrowser, findDriver } from '../setup/browser.mjs';
import { wasmEnvironment, wasmTarget } from '../toolchain.mjs';

/** Without the benchmarks, which measure on the host. */
const forWasm = ['--lib', '--tests', '--target', wasmTarget];

export function clippy() {
  return run('cargo', ['clippy', '--all-targets', '--', '-D', 'warnings']);
}

/** A toolchain without clippy, as Debian's, at least denies the compiler's own warnings. */
export function clippyForWasm() {
  const env = wasmEnvironment();
  if (output('cargo', ['clippy', '--version'], env) !== null) {
    return run('cargo', ['clippy', ...forWasm, '--', '-D', 'warnings'], { env });
  }
  console.log('The toolchain for wasm32 has no clippy: the compiler’s own warnings are denied instead');
  return run('cargo', ['check', ...forWasm], { env: { ...env, RUSTFLAGS: '-D warnings' } });
}

/** The tests at the boundary between Rust and JavaScript: all others of Rust's run on the host. */
const boundaryTests = { node: 'boundary_node', browser: 'boundary_browser' };

/** @param {keyof typeof boundaryTests} where */
export function compileBoundaryTest(where) {
  return run('cargo', boundaryTest(where, '--no-run'), { env: wasmEnvironment() });
}

/** @param {keyof typeof boundaryTests} where */
export function runBoundaryTest(where) {
  const env = {
    ...wasmEnvironment(),
    CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER: 'wasm-bindgen-test-runner',
    ...(where === 'browser' && {
      CHROMEDRIVER: findDriver() ?? '',
      WASM_BINDGEN_TEST_WEBDRIVER_JSON: browserCapabilities(),
    }),
  };
  return run('cargo', boundaryTest(where), { env });
}

/**
 * @param {keyof typeof boundaryTests} where
 * @param {string[]} flags
 */
function boundaryTest(where, ...flags) {
  return ['test', '--target', wasmTarget, '--test', boundaryTests[where], ...flags];
}

/** Writes what the driver is to start, and how, and returns the file's path. */
function browserCapabilities() {
  // The runner itself adds `headless`, `no-sandbox` and `disable-dev-shm-usage`.
  const args = [
    'disable-gpu',
    'disable-background-networking',
    'disable-component-update',
    'disable-sync',
    'no-first-run',
  ];
  const path = join(cache, 'webdriver.json');
  mkdirSync(cache, { recursive: true });
  writeFileSync(path, JSON.stringify({ 'goog:chromeOptions': { binary: findBrowser(), args } }));
  return path;
}
