// @ts-check
/** What is in the tarball, and what its package.json says of it. */

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import * as entry from 'parallelization-agent';
import * as placed from 'parallelization-agent/wasm';
import * as web from 'parallelization-agent/web';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { compiledIn } from '../../scripts/build/documents.mjs';
import { checkLibrary, noteLibrary } from '../../scripts/build/library.mjs';
import { output } from '../../scripts/command.mjs';
import { mainTypes } from '../../scripts/docs/types.mjs';
import { startSimulated } from '../../scripts/model/simulated.mjs';
import { pkg, root } from '../../scripts/paths.mjs';
import { packed, run } from './project.mjs';

const manifest = JSON.parse(readFileSync(join(pkg, 'package.json'), 'utf8'));
const [{ files }] = JSON.parse(output('npm', ['pack', pkg, '--dry-run', '--json', '--silent']) ?? '[]');
const paths = files.map((/** @type {{ path: string }} */ { path }) => path);

test('it holds the code, the types, the licences, and a core for pages and one for Node', () => {
  const documents = ['CHANGELOG.md', 'LICENSE', 'README.md', 'THIRD-PARTY-LICENSES.txt'];
  for (const path of [
    ...documents,
    'index.js',
    'index.d.ts',
    'dist/web.js',
    'dist/index.cjs',
    'dist/index.d.cts',
  ])
    assert.ok(paths.includes(path), path);
  assert.deepEqual(
    paths.filter((/** @type {string} */ path) => path.endsWith('.wasm')),
    ['wasm/core_bg.wasm', 'wasm/core_node.wasm'],
  );
});

test('it holds no source maps, since what they would show is in it, and no tests', () => {
  const others = /\.map$|test|\.rs$|(^|\/)\./;
  assert.deepEqual(
    paths.filter((/** @type {string} */ path) => others.test(path)),
    [],
  );
});

test('it holds the examples, which run where it is installed', async () => {
  const { installed } = await packed();
  const model = await startSimulated({ pace: 0 });
  const example = join(installed, 'examples', 'locales.mjs');
  const { stdout } = await run(installed, process.execPath, [example], {
    OPENAI_BASE_URL: model.baseURL,
  }).finally(() => model.stop());
  assert.match(stdout, /\[simulated\]/);
});

/** This one imports its peer. */
const withPeer = './otel';

test('it holds all that its entries are made of, as modules and as CommonJS', async () => {
  const { installed } = await packed();
  const entries = Object.entries(manifest.exports).filter(([name]) => !/json$|\.wasm$/.test(name));
  assert.ok(entries.length >= 8);
  const names = entries
    .filter(([name]) => name !== withPeer)
    .map(([name, kinds]) => [
      `${manifest.name}${name.slice(1)}`,
      Boolean(kinds.require ?? kinds.node?.require),
    ]);
  const program = `
    for (const [name, isCommon] of ${JSON.stringify(names)}) {
      const module = await import(name);
      if (isCommon) console.log(name, Object.keys(module).length === Object.keys(require(name)).length);
    }`;
  // A package finds itself by its own name.
  const { stdout } = await run(installed, process.execPath, [
    '--input-type=module',
    '--eval',
    withRequire + program,
  ]);
  const expected = names.filter(([, isCommon]) => isCommon).map(([name]) => `${name} true`);
  assert.deepEqual(stdout.trim().split('\n'), expected);
});

const withRequire =
  "import { createRequire } from 'node:module'; const require = createRequire(import.meta.resolve('parallelization-agent'));";

test('it needs nothing when it is installed or run', () => {
  for (const field of ['dependencies', 'optionalDependencies', 'scripts'])
    assert.equal(manifest[field], undefined, field);
  for (const peer of Object.keys(manifest.peerDependencies))
    assert.equal(manifest.peerDependenciesMeta[peer].optional, true, peer);
});

test('the licences of all that is compiled in are listed', () => {
  const text = readFileSync(join(pkg, 'THIRD-PARTY-LICENSES.txt'), 'utf8');
  const crates = compiledIn();
  assert.ok(crates.length > 5);
  for (const { name, version, license } of crates) {
    assert.ok(
      text.includes(`\n${name} ${version} (${license})\n`),
      `${name} ${version}: run the build again`,
    );
    assert.match(license, /MIT|Apache-2\.0|Zlib|BSD|Unicode/, name);
  }
});

test('so are those of all that the command line holds', () => {
  const text = readFileSync(join(pkg, 'THIRD-PARTY-LICENSES.txt'), 'utf8');
  const held = /\nThe command line in this package holds these\.\n(.*)$/s.exec(text)?.[1] ?? '';
  for (const name of ['csv-parse', 'csv-stringify', 'log-update', 'yaml'])
    assert.match(held, new RegExp(`^${name} [\\d.]+ \\((MIT|ISC)\\)\n\n.*[Cc]opyright`, 'ms'), name);
});

test('it says where it comes from', () => {
  const { repository, homepage, bugs } = manifest;
  assert.match(repository.url, /^git\+https:.*\.git$/);
  for (const address of [homepage, bugs])
    assert.ok(repository.url.includes(new URL(address).pathname.split('/')[2]));
});

test('a release is no build with the standard library as it was shipped', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'library-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const note = join(folder, 'note');
  assert.throws(() => checkLibrary(note), /as it was shipped/, 'never built');
  for (const library of /** @type {const} */ (['stock', 'own'])) {
    noteLibrary(library, note);
    if (library === 'own') checkLibrary(note);
    else assert.throws(() => checkLibrary(note), /as it was shipped/);
  }
});

test('one version is said in all places', () => {
  const cargo = readFileSync(join(root, 'Cargo.toml'), 'utf8');
  assert.ok(cargo.includes(`\nversion = "${manifest.version}"\n`));
});

test('all entries have the same functions, and the types name them', () => {
  const { withCore, ...rest } = placed;
  const names = Object.keys(entry).sort();
  assert.deepEqual(Object.keys(web).sort(), names);
  assert.deepEqual([...Object.keys(rest), ...Object.keys(withCore(() => ''))].sort(), names);
  const types = mainTypes();
  const declared = [...types.matchAll(/^export (?:declare )?(?:function|class|const) (\w+)/gm)].map(
    ([, name]) => name,
  );
  assert.deepEqual([...new Set(declared)].sort(), names);
});

test('publint finds nothing wrong', async () => {
  const { messages } = await publint({ pkgDir: pkg, strict: true });
  assert.deepEqual(
    messages.map((message) => formatMessage(message, manifest)),
    [],
  );
});

test('the types resolve from everywhere (arethetypeswrong)', async () => {
  const attw = [(await packed()).tarball, '--no-emoji', '--no-color'];
  // These two are for ES modules alone; a page has no other.
  await run(root, 'attw', [...attw, '--exclude-entrypoints', './web', './wasm', './core.wasm']);
  await run(root, 'attw', [...attw, '--profile', 'esm-only', '--entrypoints', './web', './wasm']);
});
