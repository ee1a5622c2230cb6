// @ts-check
/**
 * A Rust toolchain for wasm32 made of Debian packages alone: their compiler, their copy of the
 * standard library's sources, and LLVM's linker. The library is compiled here, once, since Debian
 * ships it without the bitcode that link-time optimisation reads.
 */

import { copyFileSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { environment, output, run } from '../command.mjs';
import { cache } from '../paths.mjs';
import { debianToolchain, wasmLibraryFolder, wasmTarget } from '../toolchain.mjs';
import { installDebianPackages } from './debian-packages.mjs';

const compiler = '/usr/bin/rustc';

export async function installDebianToolchain() {
  await installDebianPackages('rustc-web', 'cargo-web', 'rust-web-src');
  await installDebianPackages(`lld-${llvmVersion()}`);
  await run('rustup', ['toolchain', 'link', debianToolchain, '/usr']);
  copyLibrary(await buildLibrary());
}

/** The linker has to understand what the compiler's LLVM writes. */
function llvmVersion() {
  const version = output(compiler, ['-vV'])?.match(/LLVM version: (\d+)/)?.[1];
  if (!version) throw new Error(`${compiler} does not say its LLVM version`);
  return version;
}

/** Builds an empty crate with its own standard library, and returns the folder of what came out. */
async function buildLibrary() {
  const folder = join(cache, 'wasm32-std');
  mkdirSync(join(folder, 'src'), { recursive: true });
  writeFileSync(
    join(folder, 'Cargo.toml'),
    '[package]\nname = "empty"\nversion = "0.0.0"\nedition = "2021"\n\n[workspace]\n',
  );
  writeFileSync(join(folder, 'src', 'lib.rs'), '');
  const env = {
    ...environment(),
    CARGO_TARGET_DIR: join(folder, 'target'),
    RUSTC: compiler,
    RUSTC_BOOTSTRAP: '1', // build-std is for nightly compilers only
    RUSTFLAGS: '-C embed-bitcode=yes',
  };
  const crates = '-Zbuild-std=std,panic_abort,panic_unwind,proc_macro,test';
  await run('/usr/bin/cargo', ['build', '--release', crates, '--target', wasmTarget], { cwd: folder, env });
  return join(folder, 'target', wasmTarget, 'release', 'deps');
}

/** @param {string} from */
function copyLibrary(from) {
  const to = wasmLibraryFolder(debianToolchain);
  if (!to) throw new Error(`rustup does not know the toolchain \`${debianToolchain}\``);
  mkdirSync(to, { recursive: true });
  for (const name of readdirSync(from)) {
    if (name.endsWith('.rlib') && !name.startsWith('libempty-'))
      copyFileSync(join(from, name), join(to, name));
  }
}
