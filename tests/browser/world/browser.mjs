// @ts-check
/** A Chromium, and pages in it whose every complaint is kept. */

import { after, before } from 'node:test';
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
  // Else each window draws the list below its address bar with a page of its own, which costs as
  // much as the tested one.
  '--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup',
];

export function openBrowser() {
  return chromium.launch({ executablePath: findBrowser() ?? undefined, args: flags });
}

/**
 * What the page simulates takes as long as a model would, for people to watch: here it takes a
 * twentieth of that.
 */
const hurry = `{
  const { setTimeout } = globalThis;
  globalThis.setTimeout = (callback, ms, ...args) => setTimeout(callback, ms < 1000 ? ms / 20 : ms, ...args);
}`;

/**
 * @typedef {import('playwright-core').BrowserContextOptions & { hurries?: boolean }} PageOptions
 */

/**
 * @param {import('playwright-core').Browser} browser
 * @param {string} address
 * @param {PageOptions} [options]
 */
export async function openPage(browser, address, options) {
  const opened = await newPage(browser, options);
  await show(opened.page, address);
  return opened;
}

/**
 * A page for tests that go one after another, each of which begins at its address anew: to open
 * another page costs more than most of them do.
 * @param {PageOptions} [options]
 */
export function pageForAll(options) {
  /** @type {import('playwright-core').Browser} */
  let browser;
  /** @type {Awaited<ReturnType<typeof newPage>>} */
  let opened;
  before(async () => {
    browser = await openBrowser();
    opened = await newPage(browser, options);
  });
  after(() => browser.close());
  /**
   * @param {string} address
   * @param {(page: import('playwright-core').Page) => Promise<unknown>} [prepare]  what to do
   *   before it is shown
   */
  return async (address, prepare) => {
    const { page, complaints } = opened;
    await page.goto('about:blank');
    await prepare?.(page);
    page.removeAllListeners('request');
    complaints.length = 0;
    await show(page, address);
    return opened;
  };
}

/**
 * @param {import('playwright-core').Browser} browser
 * @param {PageOptions} [options]
 */
async function newPage(browser, { hurries = false, ...options } = {}) {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 900 },
    // Nobody watches: to draw each frame by the processor costs more than all else. What moves has
    // tests of its own.
    reducedMotion: 'reduce',
    ...options,
  });
  const page = await context.newPage();
  if (hurries) {
    await page.addInitScript(hurry);
    // Runs are in a worker, which no script of the page's precedes.
    page.on('worker', (worker) => void worker.evaluate(hurry).catch(() => {}));
  }
  page.setDefaultTimeout(20_000);
  /** @type {string[]} */
  const complaints = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  return { page, complaints };
}

/**
 * @param {import('playwright-core').Page} page
 * @param {string} address
 */
async function show(page, address) {
  await page.goto(address);
  await page.getByRole('button', { name: 'Run', exact: true }).waitFor();
}

/**
 * The run has come to its end, and the page says so.
 * @param {import('playwright-core').Page} page
 * @param {number} [timeout]
 */
export function finished(page, timeout) {
  return page.locator('.status', { hasText: /^Done in/ }).waitFor({ timeout });
}

/**
 * Starts a run, and waits until that one has come to its end: one that is quick is over before
 * anybody looks, and what the last one left looks like its end.
 * @param {import('playwright-core').Page} page
 */
export async function runThrough(page) {
  await page.evaluate(`
    window.over = new Promise((resolve) => {
      const status = document.querySelector('.status');
      let hasBegun = false;
      new MutationObserver(() => {
        if (/^(Starting|Running)/.test(status.textContent)) hasBegun = true;
        else if (hasBegun && /^Done/.test(status.textContent)) resolve();
      }).observe(status, { childList: true, characterData: true, subtree: true });
    });
    void 0;
  `);
  await page.getByRole('button', { name: /^Run/ }).click();
  await page.evaluate('window.over');
}
