// @ts-check
/**
 * Which Rust toolchain can build for wasm32: rustup's own, or, where rustup cannot have the target,
 * Debian's compiler under the name `debian` (see setup/debian-toolchain.mjs). Host builds always
 * use rustup's own.
 */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { environment, output } from './command.mjs';
import { root } from './paths.mjs';

export const wasmTarget = 'wasm32-unknown-unknown';
export const debianToolchain = 'debian';

/** The version that rust-toolchain.toml names. */
export const pinnedCompiler = /^channel = "(.+)"$/m.exec(
  readFileSync(join(root, 'rust-toolchain.toml'), 'utf8'),
)?.[1];

/**
 * Where the compiled standard library for wasm32 belongs in a toolchain, or null without that
 * toolchain.
 * @param {string} [toolchain]  rustup's default, unless named
 */
export function wasmLibraryFolder(toolchain) {
  const env = { ...environment(), ...(toolchain && { RUSTUP_TOOLCHAIN: toolchain }) };
  const sysroot = output('rustc', ['--print', 'sysroot'], env);
  return sysroot && join(sysroot, 'lib', 'rustlib', wasmTarget, 'lib');
}

/** @param {string} [toolchain] */
export function hasWasmLibrary(toolchain) {
  const folder = wasmLibraryFolder(toolchain);
  return folder !== null && listing(folder).some((name) => name.startsWith('libstd-'));
}

/** Whether the toolchain that builds for wasm32 has the sources of its standard library. */
export function hasLibrarySources() {
  const sysroot = output('rustc', ['--print', 'sysroot'], wasmEnvironment());
  return (
    sysroot !== null && existsSync(join(sysroot, 'lib', 'rustlib', 'src', 'rust', 'library', 'Cargo.lock'))
  );
}

/**
 * The environment in which cargo and wasm-pack build for wasm32.
 * @returns {NodeJS.ProcessEnv}
 */
export function wasmEnvironment() {
  const env = environment();
  if (hasWasmLibrary() || !hasWasmLibrary(debianToolchain)) return env;
  return {
    ...env,
    RUSTUP_TOOLCHAIN: debianToolchain,
    CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER: wasmLinker(),
  };
}

/** Debian names its linkers after LLVM's version and its rustc has none of its own. */
function wasmLinker() {
  const versions = listing('/usr/bin').flatMap((name) => name.match(/^wasm-ld-(\d+)$/)?.[1] ?? []);
  return `wasm-ld-${Math.max(...versions.map(Number))}`;
}

/** @param {string} folder */
function listing(folder) {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
