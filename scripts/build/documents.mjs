// @ts-check
/**
 * What the package has to hold besides code: the README, the licence, the changes, and the licences
 * of all compiled in.
 */

import { copyFileSync, cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { output } from '../command.mjs';
import { pkg, root } from '../paths.mjs';
import { wasmEnvironment, wasmTarget } from '../toolchain.mjs';

/**
 * @typedef {object} Crate
 * @property {string} id
 * @property {string} name
 * @property {string} version
 * @property {string} license
 * @property {string | null} source  null for the core itself
 * @property {string} manifest_path
 * @property {{ kind: string[] }[]} targets
 */

/** @param {string[]} bundled  the files that went into the command line */
export function writeDocuments(bundled) {
  for (const name of ['LICENSE', 'CHANGELOG.md']) copyFileSync(join(root, name), join(pkg, name));
  writeFileSync(join(pkg, 'README.md'), packageReadme());
  copyExamples();
  writeFileSync(join(pkg, 'THIRD-PARTY-LICENSES.txt'), licences(bundled));
}

/** What stands behind it is about the repository. */
const endOfReadme = "<!-- The package's README ends here. -->";

/**
 * The package's part of the README. Where it is read there is no repository, so its links lead to
 * that of `package.json`.
 */
export function packageReadme() {
  const { repository } = JSON.parse(readFileSync(join(pkg, 'package.json'), 'utf8'));
  const files = `${repository.url.replace(/^git\+|\.git$/g, '')}/blob/main/`;
  const [readme] = readFileSync(join(root, 'README.md'), 'utf8').split(endOfReadme);
  return `${readme.trimEnd()}\n`.replaceAll(/\]\((?!https?:|#)/g, `](${files}`);
}

/** Those that stand on the package alone, to read and to run where it is installed. */
function copyExamples() {
  const folder = join(pkg, 'examples');
  rmSync(folder, { recursive: true, force: true });
  const ofRepository = join(root, 'examples', 'in-page');
  cpSync(join(root, 'examples'), folder, { recursive: true, filter: (path) => path !== ofRepository });
}

const standardLibrary = `Rust's standard library (MIT OR Apache-2.0)

Copyright (c) The Rust Project Contributors. See https://github.com/rust-lang/rust/blob/main/COPYRIGHT.
`;

/** @param {string[]} bundled */
function licences(bundled) {
  const crates = compiledIn().map((crate) => licence(crate, dirname(crate.manifest_path)));
  const packages = packagesOf(bundled).map((manifest) => licence(manifest, manifest.folder));
  return [
    'The WebAssembly in this package is compiled from these.\n',
    ...crates,
    standardLibrary,
    'The command line in this package holds these.\n',
    ...packages,
  ].join(`\n${'-'.repeat(80)}\n\n`);
}

/**
 * The npm packages that some files belong to.
 * @param {string[]} files
 * @returns {{ name: string, version: string, license: string, folder: string }[]}
 */
export function packagesOf(files) {
  const folders = files.flatMap((file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? []);
  return [...new Set(folders)].sort().map((folder) => ({
    ...JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')),
    folder,
  }));
}

/**
 * @param {{ name: string, version: string, license: string }} of
 * @param {string} folder
 */
function licence({ name, version, license }, folder) {
  return `${name} ${version} (${license})\n\n${licenceText(name, folder)}`;
}

/**
 * The crates that end up in the WebAssembly: not those that run while it is compiled, and not those
 * of tests.
 */
export function compiledIn() {
  const args = ['metadata', '--format-version', '1', '--locked', '--filter-platform', wasmTarget];
  const text = output('cargo', args, wasmEnvironment());
  if (!text) throw new Error('`cargo metadata` does not say what is compiled in');
  const { packages, resolve } = JSON.parse(text);
  /** @type {Map<string, Crate>} */
  const crates = new Map(packages.map((/** @type {Crate} */ crate) => [crate.id, crate]));
  /** @type {Map<string, any>} */
  const nodes = new Map(resolve.nodes.map((/** @type {{ id: string }} */ node) => [node.id, node]));
  const found = new Set([resolve.root]);
  for (const id of found) {
    for (const { pkg: dependency, dep_kinds: kinds } of nodes.get(id).deps) {
      const linked = kinds.some((/** @type {{ kind: string | null }} */ { kind }) => kind === null);
      const isMacro = crates.get(dependency)?.targets.some(({ kind }) => kind.includes('proc-macro'));
      if (linked && !isMacro) found.add(dependency);
    }
  }
  return [...found]
    .flatMap((id) => crates.get(id) ?? [])
    .filter(({ source }) => source !== null)
    .sort((a, b) => a.name.localeCompare(b.name));
}

/**
 * What is under several licences is used under the first of these that it has.
 * @param {string} name
 * @param {string} folder
 */
function licenceText(name, folder) {
  const files = readdirSync(folder);
  const file = [/^licen[cs]e-mit/i, /^licen[cs]e(\.|$)/i, /^copying/i, /^licen[cs]e/i]
    .map((pattern) => files.find((file) => pattern.test(file)))
    .find(Boolean);
  if (!file) return `(${name} comes without a text of its licence.)\n`;
  return `${readFileSync(join(folder, file), 'utf8').trim()}\n`;
}
