// @ts-check
/** A Chromium and its driver, for tests alone. */

import { existsSync } from 'node:fs';
import { which } from '../command.mjs';
import { canInstallDebianPackages, installDebianPackages } from './debian-packages.mjs';

const programs = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];
const applications = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/** The path of Chromium or Chrome (`CHROMIUM`, else what is installed), or null. */
export function findBrowser() {
  return process.env.CHROMIUM ?? which(...programs) ?? applications.find((path) => existsSync(path)) ?? null;
}

/** The path of chromedriver (`CHROMEDRIVER`, else the one on PATH), or null. */
export function findDriver() {
  return process.env.CHROMEDRIVER ?? which('chromedriver');
}

/** @type {import('./step.mjs').Step} */
export const browser = {
  name: 'Chromium',
  why: 'installing a browser and its driver, in which the page and the core are tested',
  remedy:
    'install Chromium or Chrome and the chromedriver of the same version, ' +
    'or say where they are with CHROMIUM and CHROMEDRIVER.',
  isDone: () => findBrowser() !== null && findDriver() !== null,
  async perform() {
    if (!canInstallDebianPackages()) throw new Error('not found, and this is not Debian with root’s rights');
    await installDebianPackages('chromium', 'chromium-driver');
  },
};
