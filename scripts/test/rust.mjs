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

/** What wasm-pack asks for before it runs the tests: in two profiles. */
export async function compileForWasm() {
  const env = wasmEnvironment();
  await run('cargo', ['build', '--tests', '--target', wasmTarget], { env });
  await run('cargo', ['test', '--no-run', '--target', wasmTarget], { env });
}

/**
 * The tests at the boundary between Rust and JavaScript.
 * @param {'node' | 'browser'} where
 */
export function wasmPackTest(where) {
  if (where === 'node') return run('wasm-pack', ['test', '--node'], { env: wasmEnvironment() });
  const env = { ...wasmEnvironment(), WASM_BINDGEN_TEST_WEBDRIVER_JSON: browserCapabilities() };
  return run('wasm-pack', ['test', '--headless', '--chrome', '--chromedriver', findDriver() ?? ''], { env });
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
