// @ts-check
/** Installing Debian packages, where that is possible without asking anybody. */

import { existsSync } from 'node:fs';
import { environment, run, which } from '../command.mjs';

/** apt installs for root only. */
export function canInstallDebianPackages() {
  return existsSync('/etc/debian_version') && which('apt-get') !== null && process.getuid?.() === 0;
}

let listsAreFresh = false;

/** @param {string[]} packages */
export async function installDebianPackages(...packages) {
  const env = { ...environment(), DEBIAN_FRONTEND: 'noninteractive' };
  if (!listsAreFresh) await run('apt-get', ['update', '-q'], { env, quiet: true });
  listsAreFresh = true;
  console.log(`  apt-get install ${packages.join(' ')}`);
  await run('apt-get', ['install', '-qy', '--no-install-recommends', ...packages], { env, quiet: true });
}
