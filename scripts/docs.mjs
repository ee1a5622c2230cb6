#!/usr/bin/env node
// @ts-check
/** `npm run docs`: writes the reference of the API to `docs/api`. What is not documented there is an error. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './command.mjs';
import { root } from './paths.mjs';

const docs = join(root, 'docs');
const typedoc = join(docs, 'node_modules', 'typedoc', 'bin', 'typedoc');

try {
  if (!existsSync(typedoc)) {
    const flags = ['--ignore-scripts', '--no-package-lock', '--no-audit', '--no-fund'];
    await run('npm', ['install', ...flags], { cwd: docs, quiet: true });
  }
  await run(process.execPath, [typedoc], { cwd: docs });
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
