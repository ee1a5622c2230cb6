// @ts-check
/**
 * The packed package where there is no page: Node, old and new, Deno, Bun, and Cloudflare's
 * workerd.
 */

import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { startSimulated } from '../../scripts/model/simulated.mjs';
import { environments } from '../../scripts/paths.mjs';
import { project, run } from './project.mjs';

/** @type {import('../../scripts/model.mjs').Model} */
let model;
before(async () => {
  model = await startSimulated({ pace: 0 });
});
after(() => model.stop());

/**
 * Programs that npm has as packages of their own for each platform.
 * @param {string} name  of the project
 * @param {RegExp} packages
 * @param {string} path  of the program in it
 */
function binary(name, packages, path) {
  const modules = join(environments, name, 'node_modules');
  const found = readdirSync(modules, { encoding: 'utf8' }).flatMap((entry) =>
    entry.startsWith('@') ? readdirSync(join(modules, entry)).map((inner) => join(entry, inner)) : [entry],
  );
  const folder = found.find((entry) => packages.test(entry)) ?? assert.fail(`nothing like ${packages}`);
  return join(modules, folder, path);
}

const newestNode = () => binary('node', /^node-/, 'bin/node');

/**
 * Runs a program that prints what the model answered, and nothing else.
 * @param {string} folder
 * @param {string} program
 * @param {string[]} args
 */
async function answers(folder, program, ...args) {
  const { stdout, stderr } = await run(folder, program, [...args, model.baseURL]);
  assert.match(stdout, /^\[simulated\] [^\n]+\n$/);
  assert.equal(stderr, '');
}

test('this Node and the newest run it from all kinds of modules, and from bundles', async (t) => {
  const folder = await project('node');
  // A bundle has no file beside it.
  const esbuild = join(environments, 'esbuild', 'node_modules', '.bin', 'esbuild');
  const bundle = ['--bundle', '--platform=node'];
  await run(folder, esbuild, ['module.mjs', ...bundle, '--format=esm', '--outfile=dist/bundle.mjs']);
  await run(folder, esbuild, ['common.cjs', ...bundle, '--format=cjs', '--outfile=dist/bundle.cjs']);
  const programs = [
    'module.mjs',
    'placed.mjs',
    'common.cjs',
    'dynamic.cjs',
    'dist/bundle.mjs',
    'dist/bundle.cjs',
  ];
  for (const node of [process.execPath, newestNode()]) {
    const { stdout } = await run(folder, node, ['--version']);
    for (const file of programs)
      await t.test(`${file} in ${stdout.trim()}`, () => answers(folder, node, file));
    const command = [
      join('node_modules', 'parallelization-agent', 'dist', 'cli.js'),
      'prompt',
      'Say hello.',
      '--base-url',
    ];
    await t.test(`the command line in ${stdout.trim()}`, () => answers(folder, node, ...command));
  }
});

test('Deno runs it, with leave to use the network and nothing else', async () => {
  const folder = await project('deno');
  const deno = binary('deno', /^@deno\//, 'deno');
  await answers(folder, deno, 'run', '--quiet', '--no-prompt', '--allow-net=127.0.0.1', 'main.js');
});

test('Bun runs it', async () => {
  const folder = await project('bun');
  await answers(folder, binary('bun', /^@oven\/bun-/, 'bin/bun'), 'main.js');
});

test('a Cloudflare Worker runs it, as wrangler builds it, for several requests at once', async () => {
  const folder = await project('cloudflare');
  const wrangler = join('node_modules', 'wrangler', 'bin', 'wrangler.js');
  const quiet = { WRANGLER_SEND_METRICS: 'false', CI: 'true' };
  // Both need a newer Node than the oldest that the package runs in.
  await run(folder, newestNode(), [wrangler, 'deploy', '--dry-run', '--outdir', 'dist'], quiet);
  const { stdout } = await run(folder, newestNode(), ['ask.mjs', model.baseURL]);
  assert.match(stdout, /^(\[simulated\] [^\n]+\n){7}$/);
});
