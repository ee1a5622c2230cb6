// @ts-check
/**
 * The core, from Rust to optimised WebAssembly and the JavaScript that binds it. There are two of
 * it: a small one for pages, which download it, and a fast one for Node, which does not. Whatever
 * they do is the same, and the bindings are those of the small one.
 */

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../command.mjs';
import { cache, pkg } from '../paths.mjs';
import { asFunction, asFunctionType } from './bindings.mjs';
import { compile, compiled } from './compile.mjs';
import { isNewer } from './freshness.mjs';
import { noteLibrary } from './library.mjs';
import { renameIn, renameInBindings, shortNames } from './names.mjs';

export const wasmFolder = join(pkg, 'wasm');
export const coreWasm = join(wasmFolder, 'core_bg.wasm');
export const coreJs = join(wasmFolder, 'core.js');
const coreTypes = join(wasmFolder, 'core.d.ts');
const nodeWasm = join(wasmFolder, 'core_node.wasm');
const makers = ['core.mjs', 'bindings.mjs', 'compile.mjs', 'names.mjs'].map((name) =>
  join(import.meta.dirname, name),
);

const bound = join(cache, 'bindings');
const boundForNode = join(cache, 'bindings-for-node');

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

/** @type {import('./compile.mjs').Build} */
const small = {
  profile: 'release',
  flags: [`-Cllvm-args=${compact}`],
  library: ['-Zbuild-std-features=optimize_for_size'],
};

/** @type {import('./compile.mjs').Build} */
const fast = { profile: 'node', flags: [], library: [] };

export async function buildCore() {
  const libraries = [await compile(small), await compile(fast)];
  // The last of them may not speak for the other.
  noteLibrary(libraries.includes('stock') ? 'stock' : 'own');
  if (isNewer([coreWasm, coreJs, nodeWasm], [compiled(small), compiled(fast), ...makers])) return;
  mkdirSync(wasmFolder, { recursive: true });
  await bind(compiled(small), bound);
  await optimise(namedCore, coreWasm);
  const core = readFileSync(coreWasm);
  const names = shortNames(core);
  writeFileSync(coreWasm, renameIn(core, names));
  const bindings = asFunction(readFileSync(join(bound, 'core.js'), 'utf8'));
  writeFileSync(coreJs, renameInBindings(bindings, names));
  writeFileSync(coreTypes, asFunctionType(readFileSync(join(bound, 'core.d.ts'), 'utf8')));
  await bind(compiled(fast), boundForNode);
  await optimiseForSpeed(join(boundForNode, 'core_bg.wasm'), nodeWasm);
  writeFileSync(nodeWasm, renameIn(readFileSync(nodeWasm), names));
}

/**
 * Without a default path, the loaders decide where the file is: a bundler then sees no second copy
 * of it.
 * @param {string} from
 * @param {string} to
 */
function bind(from, to) {
  const target = ['--target', 'web', '--omit-default-module-path'];
  return run('wasm-bindgen', [...target, '--out-name', 'core', '--out-dir', to, from]);
}

const common = [
  // The first kilobyte is the far end of the stack, and no sum of an address and an offset comes
  // round to it.
  '--low-memory-unused',
  '--strip-producers',
  '--strip-target-features',
  ...wasmFeatures.map((feature) => `--enable-${feature}`),
];

/**
 * @param {string} from
 * @param {string} to
 * @param {string[]} further
 */
export function optimise(from, to, ...further) {
  // Like stands beside like, for what comes out of the compression: the code of a module, the
  // drops, what is there once for each of several types.
  const packing = ['--converge', '--reorder-functions-by-name'];
  return run('wasm-opt', ['-Oz', ...packing, ...further, ...common, from, '--output', to]);
}

/**
 * @param {string} from
 * @param {string} to
 */
function optimiseForSpeed(from, to) {
  return run('wasm-opt', ['-O3', ...common, from, '--output', to]);
}
