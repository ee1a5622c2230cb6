// @ts-check
/** Rust, and its standard library for WebAssembly. */

import { output, run, which } from '../command.mjs';
import {
  debianToolchain,
  hasLibrarySources,
  hasWasmLibrary,
  pinnedCompiler,
  wasmTarget,
} from '../toolchain.mjs';
import { canInstallDebianPackages } from './debian-packages.mjs';
import { installDebianToolchain } from './debian-toolchain.mjs';

/** @type {import('./step.mjs').Step} */
export const rust = {
  name: 'Rust',
  why: 'looking for cargo and rustc, which compile the core',
  remedy: `install Rust as https://rustup.rs says, open a new shell, and run this again. Where rustup cannot have ${pinnedCompiler}, set RUSTUP_TOOLCHAIN to a toolchain that is there.`,
  isDone: () => output('cargo', ['--version']) !== null && output('rustc', ['--version']) !== null,
  async perform() {
    if (!which('cargo')) throw new Error('there is no `cargo` on PATH');
    // Some machines tell rustup to install nothing by itself.
    if (which('rustup') && pinnedCompiler)
      await run('rustup', ['toolchain', 'install', '--no-self-update', pinnedCompiler]);
    if (!rust.isDone()) throw new Error('`cargo` and `rustc` do not run');
  },
};

/** @type {import('./step.mjs').Step} */
export const wasmLibrary = {
  name: 'wasm32 target',
  why: `adding Rust's standard library for WebAssembly (rustup target add ${wasmTarget})`,
  remedy: `see what is said above; \`rustup target add ${wasmTarget}\` has to work, or this has to be Debian, as root.`,
  isDone: () => hasWasmLibrary() || hasWasmLibrary(debianToolchain),

  async perform() {
    try {
      await run('rustup', ['target', 'add', wasmTarget]);
    } catch (error) {
      if (!canInstallDebianPackages()) throw error;
      console.log(
        '  rustup cannot have it here: using Debian’s compiler and building its standard library instead',
      );
      await installDebianToolchain();
    }
  },
};

/** @type {import('./step.mjs').Step} */
export const librarySources = {
  name: 'Rust’s sources',
  why: 'adding the standard library’s sources, to compile it for size (rustup component add rust-src)',
  remedy: 'see what is said above; `rustup component add rust-src` has to work.',
  without: 'going on with the library as it was shipped: the WebAssembly will be a sixth larger',
  isDone: hasLibrarySources,
  perform: () => run('rustup', ['component', 'add', 'rust-src']),
};
