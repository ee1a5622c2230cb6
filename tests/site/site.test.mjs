// @ts-check
/** The site of the documentation, built for a path that is not a host's root. */

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { preview } from 'vite';
import { run } from '../../scripts/command.mjs';
import { root } from '../../scripts/paths.mjs';
import { openBrowser } from '../browser/world/browser.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const base = '/some/path/';
const docs = join(root, 'docs');
const built = join(docs, '.vitepress', 'dist');

/** The key on the theme's search button is not a part of what it is called. */
const rules = { rules: { 'label-content-name-mismatch': { enabled: false } } };

/** @type {import('playwright-core').Browser} */
let browser;
/** @type {import('vite').PreviewServer} */
let server;
let address = '';

before(async () => {
  await run(process.execPath, [join(root, 'scripts', 'docs.mjs'), '--base', base], { quiet: true });
  server = await preview({
    configFile: false,
    logLevel: 'error',
    appType: 'mpa',
    base,
    build: { outDir: built },
    preview: { host: '127.0.0.1', port: 0 },
  });
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.httpServer.address());
  address = `http://127.0.0.1:${port}${base}`;
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  await server?.close();
});

/**
 * A page in which what fails to load or to run is kept.
 * @param {import('node:test').TestContext} t
 * @param {import('playwright-core').BrowserContextOptions} [options]
 */
async function newPage(t, options) {
  const context = await browser.newContext(options);
  t.after(() => context.close());
  const page = await context.newPage();
  /** @type {string[]} */
  const complaints = [];
  page.on('pageerror', (error) => complaints.push(`${page.url()}: ${error.message}`));
  page.on('response', (response) => {
    // On this computer, the demo asks `npm start` for a model.
    if (response.url().endsWith('/demo/model.json')) return;
    if (response.status() >= 400) complaints.push(`${page.url()}: ${response.status()} ${response.url()}`);
  });
  return { page, complaints };
}

/** The pages that are written by hand, by their paths below the base. */
function pages() {
  const names = readdirSync(built, { encoding: 'utf8', recursive: true });
  return names.filter((name) => name.endsWith('.html') && !/^(?:api|demo|assets)[\\/]|^404/.test(name));
}

for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
  test(`axe finds nothing to complain of on any page, ${colorScheme}`, async (t) => {
    const { page, complaints } = await newPage(t, { colorScheme, reducedMotion: 'reduce' });
    const names = pages();
    assert.ok(names.length > 20, `there are ${names.length}`);
    for (const name of names) {
      await page.goto(address + name, { waitUntil: 'load' });
      await page.evaluate(axe);
      const found = await page.evaluate(
        // The demo has tests of its own.
        `axe.run({ exclude: ['iframe'] }, ${JSON.stringify(rules)}).then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes[0].html))`,
      );
      complaints.push(.../** @type {string[]} */ (found).map((text) => `${name}: ${text}`));
    }
    assert.deepEqual(complaints, []);
  });
}

test('every address of the site is below its base', () => {
  for (const name of pages()) {
    const html = readFileSync(join(built, name), 'utf8');
    const absolute = [...html.matchAll(/(?:href|src)="(\/[^"]*)"/g)].map(([, path]) => path);
    assert.deepEqual(
      absolute.filter((path) => !path?.startsWith(base)),
      [],
      name,
    );
  }
});

test('a search leads to the page that it finds', async (t) => {
  const { page, complaints } = await newPage(t);
  await page.goto(address);
  await page
    .getByRole('button', { name: /^Search/ })
    .first()
    .click();
  await page.getByPlaceholder('Search').fill('hedge');
  const found = page.locator('.result').first();
  await found.click();
  await page.waitForURL(/\/(?:guide|reference)\//);
  assert.match((await page.locator('main').innerText()).toLowerCase(), /hedge/);
  assert.deepEqual(complaints, []);
});

test('the demo runs within it', async (t) => {
  const { page, complaints } = await newPage(t, { viewport: { width: 1440, height: 1000 } });
  await page.goto(`${address}demo.html`);
  const demo = page.frameLocator('iframe');
  await demo.getByRole('button', { name: 'Run', exact: true }).click();
  await demo.locator('.status', { hasText: /^Done in/ }).waitFor({ timeout: 60_000 });
  assert.deepEqual(complaints, []);
});

test('the types lead to one another', async (t) => {
  const { page, complaints } = await newPage(t);
  await page.goto(`${address}api/index.html`);
  await page.getByRole('link', { name: 'index', exact: true }).first().click();
  await page.getByRole('link', { name: 'parallelProcess' }).first().click();
  await page
    .getByRole('heading', { name: /parallelProcess/ })
    .first()
    .waitFor();
  assert.deepEqual(complaints, []);
});
