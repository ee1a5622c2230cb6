// @ts-check
/** A Chromium, and pages in it whose every complaint is kept. */

import { chromium } from 'playwright-core';
import { findBrowser } from '../../../scripts/setup/browser.mjs';

const flags = [
  '--no-sandbox',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
  '--disable-gpu',
  '--disable-quic',
  // Else each window draws the list below its address bar with a page of its own, which costs as much as the tested one.
  '--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup',
];

export function openBrowser() {
  return chromium.launch({ executablePath: findBrowser() ?? undefined, args: flags });
}

/**
 * @param {import('playwright-core').Browser} browser
 * @param {string} address
 * @param {import('playwright-core').BrowserContextOptions} [options]
 */
export async function openPage(browser, address, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  /** @type {string[]} */
  const complaints = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  await page.goto(address);
  await page.getByRole('button', { name: 'Run', exact: true }).waitFor();
  return { page, complaints };
}

/**
 * The run has come to its end, and the page says so.
 * @param {import('playwright-core').Page} page
 * @param {number} [timeout]
 */
export function finished(page, timeout) {
  return page.locator('.status', { hasText: /^Done in/ }).waitFor({ timeout });
}
