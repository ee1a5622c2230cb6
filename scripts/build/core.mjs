// @ts-check
/** The core, from Rust to an optimised WebAssembly file and the JavaScript that binds it. */

import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { run } from '../command.mjs';
import { cache, pkg, root } from '../paths.mjs';
import { hasLibrarySources, wasmEnvironment, wasmTarget } from '../toolchain.mjs';
import { asFunction, asFunctionType } from './bindings.mjs';
import { isNewer } from './freshness.mjs';
import { shortenImports } from './imports.mjs';
import { noteLibrary } from './library.mjs';

export const wasmFolder = join(pkg, 'wasm');
export const coreWasm = join(wasmFolder, 'core_bg.wasm');
export const coreJs = join(wasmFolder, 'core.js');
const coreTypes = join(wasmFolder, 'core.d.ts');
const makers = ['core.mjs', 'bindings.mjs', 'imports.mjs'].map((name) => join(import.meta.dirname, name));

const targetFolder = process.env.CARGO_TARGET_DIR ?? join(root, 'target');
const compiled = join(targetFolder, wasmTarget, 'release', 'parallelization_agent.wasm');
const bound = join(cache, 'bindings');

/** The core before it is optimised: its functions still have their names. */
export const namedCore = join(bound, 'core_bg.wasm');

/**
 * What rustc emits by default, and Node 20 and all current browsers run; `--all-features` emits
 * what they reject.
 */
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
  if (isNewer([coreWasm, coreJs], [compiled, ...makers])) return;
  await bind();
  await optimise(namedCore, coreWasm);
  const { wasm, bindings } = shortenImports(readFileSync(coreWasm), readFileSync(coreJs, 'utf8'));
  writeFileSync(coreWasm, wasm);
  writeFileSync(coreJs, bindings);
}

/** What LLVM does for speed even where it is asked for size. */
const compact = [
  // A copy of more than a word is one instruction, not a load and a store for each of its words.
  '--max-store-memcpy=1',
  '--max-store-memmove=1',
  '--max-store-memset=1',
  // Further counters in loops, so that places in memory need no sums.
  '--disable-lsr',
  // Loads that are there twice, so that one of them is spared on some way.
  '--enable-load-pre=false',
].join(' ');

/**
 * With the standard library compiled for this package alone, where that can be: for size, and
 * without the words and places of panics, which end in a trap either way, and without the forms for
 * debugging. What it takes is for nightly compilers only, unless one says RUSTC_BOOTSTRAP, and may
 * be worded otherwise in the next.
 */
async function compile() {
  const env = wasmEnvironment();
  if (!hasLibrarySources())
    return compileWithStock(env, 'Rust’s sources are missing (`npm run setup build`)');
  const flags = [
    '-Zunstable-options',
    '-Cpanic=immediate-abort',
    '-Zfmt-debug=none',
    `-Cllvm-args=${compact}`,
  ];
  const library = ['-Zbuild-std=std,panic_abort', '-Zbuild-std-features=optimize_for_size'];
  try {
    await compileWith({ ...env, RUSTC_BOOTSTRAP: '1' }, flags, library);
    noteLibrary('own');
  } catch (error) {
    await compileWithStock(env, error instanceof Error ? error.message : String(error));
  }
}

/**
 * @param {NodeJS.ProcessEnv} env
 * @param {string} reason
 */
async function compileWithStock(env, reason) {
  console.warn(
    `${reason}: building with the standard library as it was shipped. This is no build for a release.`,
  );
  await compileWith(env);
  noteLibrary('stock');
}

/**
 * As a `cdylib` alone: with an `rlib` beside it, link-time optimisation is silently left out.
 * @param {NodeJS.ProcessEnv} env
 * @param {string[]} flags  for rustc
 * @param {string[]} library  for cargo
 */
function compileWith(env, flags = [], library = []) {
  const args = ['rustc', '--release', '--lib', '--target', wasmTarget, '--crate-type', 'cdylib', ...library];
  const encoded = [...flags, ...withoutPlaces()].join('\x1f');
  return run('cargo', args, { env: { ...env, CARGO_ENCODED_RUSTFLAGS: encoded } });
}

/** Where sources lay on the machine that built it is no part of the package. */
function withoutPlaces() {
  const registries = join(process.env.CARGO_HOME ?? join(homedir(), '.cargo'), 'registry', 'src');
  const folders = existsSync(registries) ? readdirSync(registries).map((name) => join(registries, name)) : [];
  return [root, ...folders].map((folder) => `--remap-path-prefix=${folder}=`);
}

/**
 * Without a default path, the loaders decide where the file is: a bundler then sees no second copy
 * of it.
 */
async function bind() {
  const target = ['--target', 'web', '--omit-default-module-path'];
  await run('wasm-bindgen', [...target, '--out-name', 'core', '--out-dir', bound, compiled]);
  mkdirSync(wasmFolder, { recursive: true });
  writeFileSync(coreJs, asFunction(readFileSync(join(bound, 'core.js'), 'utf8')));
  writeFileSync(coreTypes, asFunctionType(readFileSync(join(bound, 'core.d.ts'), 'utf8')));
}

/** Beside `-Oz`, for what comes out of the compression. */
const packing = [
  '--converge',
  // The first kilobyte is the far end of the stack, and no sum of an address and an offset comes
  // round to it.
  '--low-memory-unused',
  // Like stands beside like: the code of a module, the drops, what is there once for each of
  // several types.
  '--reorder-functions-by-name',
  '--strip-producers',
  '--strip-target-features',
];

/**
 * @param {string} from
 * @param {string} to
 * @param {string[]} further
 */
export function optimise(from, to, ...further) {
  const features = wasmFeatures.map((feature) => `--enable-${feature}`);
  return run('wasm-opt', ['-Oz', ...packing, ...further, ...features, from, '--output', to]);
}
