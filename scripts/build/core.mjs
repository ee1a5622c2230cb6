// @ts-check
/** The core, from Rust to an optimised WebAssembly file and the JavaScript that binds it. */

import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../command.mjs';
import { cache, pkg, root } from '../paths.mjs';
import { wasmEnvironment, wasmTarget } from '../toolchain.mjs';
import { isNewer } from './freshness.mjs';

export const wasmFolder = join(pkg, 'wasm');
export const coreWasm = join(wasmFolder, 'core_bg.wasm');
export const coreJs = join(wasmFolder, 'core.js');

const targetFolder = process.env.CARGO_TARGET_DIR ?? join(root, 'target');
const compiled = join(targetFolder, wasmTarget, 'release', 'parallelization_agent.wasm');
const bindings = join(cache, 'bindings');

/** What rustc emits by default, and Node 20 and all current browsers run; `--all-features` emits what they reject. */
const wasmFeatures = [
  'bulk-memory',
  'bulk-memory-opt',
  'multivalue',
  'mutable-globals',
  'nontrapping-float-to-int',
  'reference-types',
  'sign-ext',
];

export async function buildCore() {
  await compile();
  if (isNewer([coreWasm, coreJs], [compiled, import.meta.filename])) return;
  await bind();
  await optimise();
}

/** As a `cdylib` alone: with an `rlib` beside it, link-time optimisation is silently left out. */
function compile() {
  const args = ['rustc', '--release', '--lib', '--target', wasmTarget, '--crate-type', 'cdylib'];
  return run('cargo', args, { env: wasmEnvironment() });
}

/** Without a default path, the loaders decide where the file is: a bundler then sees no second copy of it. */
async function bind() {
  const target = ['--target', 'web', '--omit-default-module-path'];
  await run('wasm-bindgen', [...target, '--out-name', 'core', '--out-dir', bindings, compiled]);
  mkdirSync(wasmFolder, { recursive: true });
  for (const name of ['core.js', 'core.d.ts']) copyFileSync(join(bindings, name), join(wasmFolder, name));
}

function optimise() {
  const features = wasmFeatures.map((feature) => `--enable-${feature}`);
  return run('wasm-opt', ['-Oz', ...features, join(bindings, 'core_bg.wasm'), '--output', coreWasm]);
}
