#!/usr/bin/env node
// @ts-check
/**
 * `npm run release:check`: everything short of publishing. `--skip-tests` leaves the tests out, to
 * try the rest.
 */

import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { audit } from './audit.mjs';
import { checkLibrary } from './build/library.mjs';
import { output, run } from './command.mjs';
import { pkg, root } from './paths.mjs';
import { pinnedCompiler, wasmEnvironment, wasmTarget } from './toolchain.mjs';

const { values: options } = parseArgs({ options: { 'skip-tests': { type: 'boolean', default: false } } });

/** There is one version, said where npm and where cargo want it. */
function checkVersions() {
  const { version } = JSON.parse(readFileSync(join(pkg, 'package.json'), 'utf8'));
  const [, crate] = /^version = "(.+)"$/m.exec(readFileSync(join(root, 'Cargo.toml'), 'utf8')) ?? [];
  if (crate !== version) throw new Error(`pkg/package.json says ${version}, and Cargo.toml ${crate}`);
  const changes = readFileSync(join(root, 'CHANGELOG.md'), 'utf8');
  if (!changes.includes(`## [${version}]`))
    console.warn(`CHANGELOG.md has no section for ${version}: rename “Unreleased” before publishing.`);
  return version;
}

function checkHome() {
  const { repository } = JSON.parse(readFileSync(join(pkg, 'package.json'), 'utf8'));
  if (repository.url.includes('/OWNER/'))
    console.warn(
      'pkg/package.json: put the owner of the repository in the place of OWNER before publishing.',
    );
}

function checkCompiler() {
  const compiler = output('rustc', ['--version'], wasmEnvironment());
  if (!compiler?.startsWith(`rustc ${pinnedCompiler} `))
    console.warn(`Built with ${compiler?.trim()}: rust-toolchain.toml says ${pinnedCompiler}.`);
}

function checkTree() {
  const changed = output('git', ['status', '--porcelain']);
  if (changed) console.warn(`Not committed:\n${changed}`);
}

async function listFiles() {
  const text = output('npm', ['pack', pkg, '--dry-run', '--json', '--silent']);
  if (!text) throw new Error('`npm pack` fails');
  const [{ files, size, unpackedSize, filename }] = JSON.parse(text);
  for (const { path, size } of files) console.log(`${String(size).padStart(9)}  ${path}`);
  console.log(`${filename}: ${size} bytes packed, ${unpackedSize} unpacked, ${files.length} files`);
}

try {
  console.log(`Version ${checkVersions()}`);
  checkTree();
  audit();
  for (const made of ['dist', 'wasm']) rmSync(join(pkg, made), { recursive: true, force: true });
  await run('cargo', ['clean', '--release', '--target', wasmTarget]);
  await run('npm', ['run', '--silent', 'build']);
  checkLibrary();
  checkCompiler();
  checkHome();
  // It takes a nightly toolchain to run them, and any to see that they fit the core.
  await run('cargo', ['check', '--manifest-path', 'fuzz/Cargo.toml']);
  const contents = ['--test', '--test-reporter=spec', 'tests/packaging/contents.test.mjs'];
  if (options['skip-tests']) {
    await run(process.execPath, contents);
    await run('npm', ['run', '--silent', 'docs']);
  } else {
    await run(process.execPath, ['scripts/test.mjs']);
    // The test of the site builds it.
    await run(process.execPath, ['scripts/test.mjs', '--only', 'frameworks,site']);
  }
  await listFiles();
  console.log('Ready: `npm publish ./pkg` would publish this.');
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
