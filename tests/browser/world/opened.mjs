// @ts-check
/** The page with a pattern chosen: on its recorded answers, or in front of a scripted model. */

import { after, before } from 'node:test';
import { pageForAll } from './browser.mjs';
import { startModel } from './model.mjs';
import { serveSite } from './site.mjs';

const usual = { width: 1280, height: 900 };

/**
 * On its recorded answers, which take a twentieth of their time.
 * @returns {(
 *   pattern?: string,
 *   look?: {
 *     viewport?: { width: number, height: number },
 *     forcedColors?: 'active' | 'none',
 *     address?: string,
 *   },
 * ) => Promise<import('playwright-core').Page>}
 */
export function examplePage() {
  /** @type {Awaited<ReturnType<typeof serveSite>>} */
  let site;
  before(async () => {
    site = await serveSite(null);
  });
  after(() => site.stop());
  const openPage = pageForAll({ hurries: true });
  return async (pattern, { viewport = usual, forcedColors = 'none', address = site.address } = {}) => {
    const { page } = await openPage(address, async (page) => {
      await page.setViewportSize(viewport);
      await page.emulateMedia({ forcedColors });
    });
    if (pattern) await choose(page, pattern);
    return page;
  };
}

/**
 * In front of a model that says so, at its own pace.
 * @returns {(
 *   t: import('node:test').TestContext,
 *   pattern: string,
 *   script: import('./model.mjs').Script,
 * ) => Promise<import('playwright-core').Page>}
 */
export function scriptedPage() {
  const openPage = pageForAll();
  return async (t, pattern, script) => {
    const { model } = await startModel(script);
    const site = await serveSite(model);
    t.after(() => site.stop());
    const { page } = await openPage(site.address);
    await choose(page, pattern);
    return page;
  };
}

/**
 * @param {import('playwright-core').Page} page
 * @param {string} pattern
 */
const choose = (page, pattern) => page.getByRole('radio', { name: pattern, exact: true }).check();

/** @param {import('playwright-core').Page} page */
export const run = (page) => page.getByRole('button', { name: 'Run', exact: true }).click();
