// @ts-check
/**
 * The packed package, installed by npm, in each of the projects of this folder. Their tools are
 * installed once, by `npm run setup environments`, and stay where they are.
 */

import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { environment } from '../../scripts/command.mjs';
import { cache, environments, frameworks, pkg, root } from '../../scripts/paths.mjs';
import { madeOnce } from '../made-once.mjs';

const projects = { at: join(root, 'tests', 'packaging'), tools: environments };
const inFrameworks = { at: join(root, 'tests', 'frameworks'), tools: frameworks };

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

/** The package as npm packs it, and the folder that `npm install` makes of that in a project. */
export async function packed() {
  const folder = await madeOnce(join(cache, 'packed'), [pkg], async (folder) => {
    const npm = async (/** @type {string[]} */ ...args) => (await run(folder, 'npm', args)).stdout;
    const [{ filename }] = JSON.parse(await npm('pack', pkg, '--json', '--silent'));
    renameSync(join(folder, filename), join(folder, 'package.tgz'));
    writeFileSync(join(folder, 'package.json'), '{ "private": true }');
    await npm('install', './package.tgz', '--offline', '--no-audit', '--no-fund', '--silent');
  });
  return {
    tarball: join(folder, 'package.tgz'),
    installed: join(folder, 'node_modules', 'parallelization-agent'),
  };
}

/**
 * One of the projects, ready to build or run.
 * @param {string} name  a folder beside this file
 * @param {string} [sources]  another, whose files it has as well
 * @returns {Promise<string>} where it is
 */
export function project(name, sources) {
  return installedIn(projects, name, sources);
}

/** The same for one of a framework. @param {string} name */
export function frameworkProject(name) {
  return installedIn(inFrameworks, name);
}

/**
 * @param {{ at: string, tools: string }} where
 * @param {string} name
 * @param {string} [sources]
 */
async function installedIn(where, name, sources) {
  const folder = join(where.tools, name);
  const modules = join(folder, 'node_modules', 'parallelization-agent');
  for (const stale of [modules, join(folder, 'dist')]) rmSync(stale, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const source of [name, ...(sources ? [sources] : [])])
    cpSync(join(where.at, source), folder, { recursive: true });
  cpSync((await packed()).installed, modules, { recursive: true });
  return folder;
}
