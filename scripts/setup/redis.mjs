// @ts-check
/** A Redis, for tests alone. */

import { which } from '../command.mjs';
import { canInstallDebianPackages, installDebianPackages } from './debian-packages.mjs';

/** The path of redis-server (`REDIS_SERVER`, else the one on PATH), or null. */
export function findRedis() {
  return process.env.REDIS_SERVER ?? which('redis-server');
}

/** @type {import('./step.mjs').Step} */
export const redis = {
  name: 'Redis',
  why: 'installing a server on which shared limits and stores are tested',
  remedy: 'install redis-server, or say where it is with REDIS_SERVER.',
  without: 'The tests that need it are skipped.',
  isDone: () => findRedis() !== null,
  async perform() {
    if (!canInstallDebianPackages()) throw new Error('not found, and this is not Debian with root’s rights');
    await installDebianPackages('redis-server');
  },
};
