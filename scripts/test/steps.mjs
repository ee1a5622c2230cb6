// @ts-check
/** What `npm test` runs, in order: quick checks first, real browsers and models last. */

import { run } from '../command.mjs';
import { writeExamples } from './examples.mjs';
import { nodeTests } from './node.mjs';
import { clippy, clippyForWasm, compileForWasm, wasmPackTest } from './rust.mjs';

/**
 * @typedef {object} Step
 * @property {string} name
 * @property {() => Promise<void>} [compile]  what it needs compiled; that time is reported apart
 * @property {() => Promise<string | void>} [run]  rejects when it fails; gives a reason when it
 *   was skipped
 * @property {import('../setup.mjs').Purpose[]} [purposes]  what it needs beside what a build needs
 * @property {boolean} [usesPackage]
 * @property {boolean} [beside]  the next steps need not wait for it: it waits itself for most of
 *   its time, or leaves a processor to them.
 *   None of them compiles, or its own time would be hidden in theirs
 * @property {boolean} [onlyWhenNamed]  it takes too long for every change: only `--only` and
 *   a release run it
 */

/** @type {Step[]} */
export const steps = [
  { name: 'format', run: () => run('cargo', ['fmt', '--check']) },
  { name: 'biome', run: () => run('biome', ['check']) },
  { name: 'clippy', compile: clippy },
  { name: 'clippy-wasm', compile: clippyForWasm },
  { name: 'host', compile: () => run('cargo', ['test', '--no-run']), run: () => run('cargo', ['test']) },
  { name: 'build', compile: () => run('npm', ['run', '--silent', 'build']) },
  { name: 'types', run: types, usesPackage: true },
  { name: 'scripts', run: () => nodeTests('scripts') },
  { name: 'wasm-node', compile: compileForWasm, run: () => wasmPackTest('node'), purposes: ['test'] },
  { name: 'wasm-browser', compile: compileForWasm, run: () => wasmPackTest('browser'), purposes: ['test'] },
  {
    name: 'end-to-end',
    run: () => nodeTests('tests/end-to-end'),
    purposes: ['model'],
    usesPackage: true,
    beside: true,
  },
  { name: 'node', run: nodeTestsHeard, usesPackage: true },
  { name: 'docs', run: () => nodeTests('tests/docs'), usesPackage: true },
  { name: 'cli', run: () => nodeTests('tests/cli'), usesPackage: true, beside: true },
  {
    name: 'packaging',
    run: () => nodeTests('tests/packaging'),
    purposes: ['test', 'environments'],
    usesPackage: true,
  },
  { name: 'browser', run: () => nodeTests('tests/browser'), purposes: ['test', 'model'], usesPackage: true },
  {
    name: 'frameworks',
    run: () => nodeTests('tests/frameworks'),
    purposes: ['test', 'frameworks'],
    usesPackage: true,
    onlyWhenNamed: true,
  },
  {
    name: 'site',
    run: () => nodeTests('tests/site'),
    purposes: ['test'],
    usesPackage: true,
    onlyWhenNamed: true,
  },
];

/** The page has a browser's globals and a bundler's imports, so it is checked by itself. */
async function types() {
  await run('tsc', []);
  await run('tsc', ['--project', 'www']);
  writeExamples();
  await run('tsc', ['--project', 'tests/types']);
}

/**
 * No run goes unheard. Who hears them is in one file, since each of many processes loads it, and
 * its packages are hundreds.
 */
async function nodeTestsHeard() {
  const form = ['--bundle', '--platform=node', '--format=esm', '--external:parallelization-agent'];
  const files = ['tests/node/heard/package.mjs', '--outfile=.cache/heard.mjs'];
  await run('esbuild', [...files, ...form, '--log-level=warning']);
  await nodeTests('tests/node', 'tests/node/heard/register.mjs');
}
