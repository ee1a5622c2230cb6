// @ts-check
/** The Node packages that building and testing need, exactly as package-lock.json lists them. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../command.mjs';
import { nodeModules, root } from '../paths.mjs';

/** @typedef {{ version?: string, link?: boolean, optional?: boolean }} LockedPackage */

/** @type {import('./step.mjs').Step} */
export const nodePackages = {
  name: 'node modules',
  why: 'installing what package-lock.json lists, to bundle, optimise and check (npm ci)',
  remedy: 'see what npm says above; `npm install` mends a lock file that does not match package.json.',

  isDone() {
    const wanted = lockedPackages(join(root, 'package-lock.json'));
    const present = lockedPackages(join(nodeModules, '.package-lock.json'));
    return Object.entries(wanted ?? {}).every(([path, entry]) => {
      if (!path.startsWith('node_modules/')) return true;
      const installed = present?.[path];
      // An optional package may be for another platform; npm then leaves it out.
      return installed ? installed.version === entry.version : entry.optional === true && present !== null;
    });
  },

  perform: () => run('npm', ['ci', '--no-fund', '--no-audit']),
};

/**
 * @param {string} path
 * @returns {Record<string, LockedPackage> | null}
 */
function lockedPackages(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8')).packages;
  } catch {
    return null;
  }
}
