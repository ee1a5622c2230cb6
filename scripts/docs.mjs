#!/usr/bin/env node
// @ts-check
/**
 * `npm run docs`: builds the site of the documentation to `docs/.vitepress/dist`, with the types
 * and the demo page in it. `--base /some/path/` is where it will be served. A link that leads
 * nowhere is an error, and so is a type without a comment.
 */

import { cpSync, existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { environment, run } from './command.mjs';
import { root, www } from './paths.mjs';

const docs = join(root, 'docs');
const modules = join(docs, 'node_modules');
const bin = (/** @type {string[]} */ ...path) => join(modules, ...path);

try {
  const { values } = parseArgs({ options: { base: { type: 'string', default: '/' } } });
  if (!existsSync(bin('vitepress')) || !existsSync(bin('typedoc'))) {
    const flags = ['--ignore-scripts', '--no-package-lock', '--no-audit', '--no-fund'];
    await run('npm', ['install', ...flags], { cwd: docs, quiet: true });
  }
  await run(process.execPath, [join(root, 'scripts', 'docs', 'reference.mjs')]);
  await run(process.execPath, [bin('typedoc', 'bin', 'typedoc')], { cwd: docs });
  await run('npm', ['run', '--silent', 'build:www'], { quiet: true });
  const demo = join(docs, 'public', 'demo');
  rmSync(demo, { recursive: true, force: true });
  cpSync(join(www, 'dist'), demo, { recursive: true });
  const env = { ...environment(), DOCS_BASE: values.base };
  await run(process.execPath, [bin('vitepress', 'bin', 'vitepress.js'), 'build'], { cwd: docs, env });
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
