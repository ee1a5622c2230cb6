// @ts-check
/** Installs the packed package into a new, empty project, as `npm install parallelization-agent` would. */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const pkg = fileURLToPath(new URL('../../pkg', import.meta.url));

/**
 * @param {import('node:test').TestContext} test  the project is removed at its end
 * @returns {string} the project's folder
 */
export function installedProject(test) {
  const project = mkdtempSync(join(tmpdir(), 'parallelization-agent-'));
  test.after(() => rmSync(project, { recursive: true }));
  const npm = (/** @type {string[]} */ ...args) =>
    execFileSync('npm', args, { cwd: project, encoding: 'utf8' });
  const [{ filename }] = JSON.parse(npm('pack', pkg, '--json', '--silent'));
  writeFileSync(join(project, 'package.json'), '{ "private": true }');
  npm('install', `./${filename}`, '--offline', '--no-audit', '--no-fund', '--silent');
  return project;
}
