// @ts-check
/** A PostgreSQL, for tests alone. */

import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { which } from '../command.mjs';
import { canInstallDebianPackages, installDebianPackages } from './debian-packages.mjs';

/** Where Debian puts its programs, a folder for each version: they are on nobody's PATH. */
const debian = '/usr/lib/postgresql';

/**
 * The folder of initdb and postgres (`POSTGRES_BIN`, else that of PATH, else Debian's newest), or
 * null.
 */
export function findPostgres() {
  if (process.env.POSTGRES_BIN) return process.env.POSTGRES_BIN;
  const onPath = which('initdb');
  if (onPath) return dirname(onPath);
  if (!existsSync(debian)) return null;
  const versions = readdirSync(debian).sort((a, b) => Number(b) - Number(a));
  const folders = versions.map((version) => join(debian, version, 'bin'));
  return folders.find((folder) => existsSync(join(folder, 'initdb'))) ?? null;
}

/** @type {import('./step.mjs').Step} */
export const postgres = {
  name: 'PostgreSQL',
  why: 'installing a server on which queues are tested',
  remedy: 'install postgresql, or say where initdb is with POSTGRES_BIN.',
  without: 'The tests that need it are skipped.',
  isDone: () => findPostgres() !== null,
  async perform() {
    if (!canInstallDebianPackages()) throw new Error('not found, and this is not Debian with root’s rights');
    await installDebianPackages('postgresql');
  },
};
