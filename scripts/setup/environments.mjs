// @ts-check
/**
 * Bundlers, runtimes and compilers, each in the small project in which the package is tested with
 * it.
 */

import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../command.mjs';
import { environments, frameworks, root } from '../paths.mjs';

/** What npm writes there last. */
const installed = join('node_modules', '.package-lock.json');

/**
 * @param {string} projects  the folder of the projects
 * @param {string} place  where their tools are
 */
function outdated(projects, place) {
  const names = readdirSync(projects).filter((name) => existsSync(join(projects, name, 'package.json')));
  return names.filter((name) => {
    const folder = join(place, name);
    return !existsSync(join(folder, installed)) || manifest(folder) !== manifest(join(projects, name));
  });
}

/** @param {string} folder */
function manifest(folder) {
  return readFileSync(join(folder, 'package.json'), 'utf8');
}

/**
 * @param {{ name: string, why: string, projects: string, place: string }} kind
 * @returns {import('./step.mjs').Step}
 */
const tools = ({ name, why, projects, place }) => ({
  name,
  why,
  remedy: 'see what npm says above; it needs the npm registry, and nothing else of the network.',
  isDone: () => outdated(projects, place).length === 0,

  async perform() {
    // None of these tools needs what its install script does: binaries are packages of their own.
    const flags = ['--ignore-scripts', '--no-package-lock', '--no-audit', '--no-fund', '--prefer-offline'];
    for (const name of outdated(projects, place)) {
      const folder = join(place, name);
      rmSync(folder, { recursive: true, force: true });
      mkdirSync(folder, { recursive: true });
      cpSync(join(projects, name, 'package.json'), join(folder, 'package.json'));
      console.log(`  npm install in ${name}`);
      await run('npm', ['install', ...flags], { cwd: folder, quiet: true });
    }
  },
});

export const testedEnvironments = tools({
  name: 'environments',
  why: 'installing the bundlers and runtimes that the package is tested with, 800 MB (npm install)',
  projects: join(root, 'tests', 'packaging'),
  place: environments,
});

export const testedFrameworks = tools({
  name: 'frameworks',
  why: 'installing Next.js, Vitest and Jest, 500 MB (npm install)',
  projects: join(root, 'tests', 'frameworks'),
  place: frameworks,
});
