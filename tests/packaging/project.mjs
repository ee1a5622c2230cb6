// @ts-check
/**
 * The packed package, installed by npm, in each of the projects of this folder. Their tools are installed once, by
 * `npm run setup environments`, and stay where they are.
 */

import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { environment } from '../../scripts/command.mjs';
import { environments, pkg, root } from '../../scripts/paths.mjs';

const projects = join(root, 'tests', 'packaging');

/**
 * Runs a program to its end, and gives what it printed.
 * @param {string} cwd
 * @param {string} program
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} [env]
 */
export function run(cwd, program, args, env) {
  return promisify(execFile)(program, args, { cwd, env: { ...environment(), ...env } });
}

/** @type {Promise<string> | undefined} */
let installed;

/** The folder of the package, as `npm install` leaves it in a project: once for each process. */
function installedPackage() {
  installed ??= install();
  return installed;
}

async function install() {
  const folder = mkdtempSync(join(tmpdir(), 'parallelization-agent-'));
  process.once('exit', () => rmSync(folder, { recursive: true }));
  const npm = async (/** @type {string[]} */ ...args) => (await run(folder, 'npm', args)).stdout;
  const [{ filename }] = JSON.parse(await npm('pack', pkg, '--json', '--silent'));
  writeFileSync(join(folder, 'package.json'), '{ "private": true }');
  await npm('install', `./${filename}`, '--offline', '--no-audit', '--no-fund', '--silent');
  return join(folder, 'node_modules', 'parallelization-agent');
}

/**
 * One of the projects, ready to build or run.
 * @param {string} name  a folder beside this file
 * @param {string} [sources]  another, whose files it has as well
 * @returns {Promise<string>} where it is
 */
export async function project(name, sources) {
  const folder = join(environments, name);
  const modules = join(folder, 'node_modules', 'parallelization-agent');
  for (const stale of [modules, join(folder, 'dist')]) rmSync(stale, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const source of [name, ...(sources ? [sources] : [])])
    cpSync(join(projects, source), folder, { recursive: true });
  cpSync(await installedPackage(), modules, { recursive: true });
  return folder;
}
