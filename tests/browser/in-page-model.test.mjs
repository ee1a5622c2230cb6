// @ts-check
/** A real model inside the demo page. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pageServer } from '../../scripts/start/page.mjs';
import { finished, openBrowser, openPage } from './world/browser.mjs';
import { builtPage } from './world/built.mjs';

test('the demo page loads the model that its server has, and runs on it', { timeout: 300_000 }, async (t) => {
  const nowhere = { kind: 'configured', name: 'none', baseURL: 'http://127.0.0.1:9/v1', model: 'none' };
  const server = pageServer(/** @type {any} */ (nowhere), await builtPage());
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const browser = await openBrowser();
  t.after(async () => {
    await browser.close();
    server.closeAllConnections();
    server.close();
  });
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  const { page, complaints } = await openPage(browser, `http://127.0.0.1:${port}/`, {
    reducedMotion: 'reduce',
  });
  /** @type {string[]} */
  const asked = [];
  page.on('request', (request) => asked.push(new URL(request.url()).pathname));
  await page.getByRole('radio', { name: 'Batch', exact: true }).check();
  await page.getByLabel('What to do with each').fill('Answer.');
  await page.getByLabel('Inputs').fill('What is one and one?\nWhat is two and two?');
  await page.locator('summary', { hasText: 'Model' }).click();
  await page.getByLabel('Endpoint').selectOption({ label: 'A model inside this page (wllama)' });
  assert.equal(await page.getByLabel('Address').inputValue(), '/model.gguf');
  // With each new address the browser asks for the icon.
  const loaded = asked.filter((path) => path !== '/icon.svg');
  assert.deepEqual(loaded, [], 'nothing is loaded before it is used');
  await page.locator('summary', { hasText: 'Limits' }).click();
  await page.getByLabel('Longest answer, tokens').fill('4');

  await page.getByLabel('Address').fill('/no-such-model.gguf');
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await page
    .getByText(/could not be loaded from \/no-such-model\.gguf/)
    .first()
    .waitFor({ timeout: 60_000 });

  await page.getByLabel('Address').fill('/model.gguf');
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await page.getByText(/Loading the model: \d+ % of 98 MB/).waitFor({ timeout: 60_000 });
  // Its time is not that of the run.
  assert.equal(await page.locator('.status').innerText(), 'Ready');
  await finished(page, 200_000);
  assert.equal(await page.locator('[data-number=tasks]').innerText(), '2 / 2');
  assert.ok(asked.includes('/model.gguf'));
  const others = complaints.filter((complaint) => !complaint.includes('404'));
  assert.deepEqual(others, [], 'the content security policy holds');
});
