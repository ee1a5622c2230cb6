// @ts-check
/**
 * Shows folders in Chromium, as the demo page is served: under a content security policy that lets
 * no other script run.
 */

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { serveFile } from '../../scripts/start/static-files.mjs';
import { openBrowser } from '../browser/world/browser.mjs';

/** @type {Promise<import('playwright-core').Browser> | undefined} */
let browser;

/** Ends the one browser of this process. */
export async function closeBrowser() {
  await (await browser)?.close();
}

/**
 * Serves a folder until the test ends.
 * @param {import('node:test').TestContext} t
 * @param {string} folder
 * @param {Record<string, string>} [pages]  what is at these paths, instead of files
 */
export async function serve(t, folder, pages = {}) {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const page = pages[pathname];
    if (page !== undefined) response.writeHead(200, { 'content-type': 'text/html' }).end(page);
    else serveFile(folder, pathname, response).catch(() => response.destroy());
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  return `http://127.0.0.1:${port}`;
}

/**
 * Opens a page and gives the title that it has in the end.
 * @param {import('node:test').TestContext} t
 * @param {string} address
 */
export async function show(t, address) {
  browser ??= openBrowser();
  const context = await (await browser).newContext();
  t.after(() => context.close());
  const page = await context.newPage();
  /** @type {string[]} */
  const complaints = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  await page.goto(address);
  await page.waitForFunction(() => document.title !== '', undefined, { timeout: 20_000 }).catch(() => {});
  assert.deepEqual(complaints, []);
  return page.title();
}
