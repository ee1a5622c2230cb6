// @ts-check
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { finished, openBrowser, openPage } from './world/browser.mjs';
import { startModel } from './world/model.mjs';
import { serveSite } from './world/site.mjs';

const key = 'sk-secret-of-the-test';

test('a key is sent to the model’s server, and is in no address, export, code or lasting store', async () => {
  const { model, seen } = await startModel({});
  const [site, browser] = await Promise.all([serveSite(model), openBrowser()]);
  try {
    const { page } = await openPage(browser, site.address, {
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    await page.locator('summary', { hasText: 'Model' }).click();
    await page.getByLabel('Endpoint').selectOption({ label: 'Another server' });
    await page.getByLabel('Address').fill(`${site.address}v1`);
    await page.getByLabel('Model', { exact: true }).fill('scripted');
    await page.getByLabel('Key', { exact: true }).fill(key);
    /** @type {string[]} */
    const sent = [];
    page.on('request', (request) => sent.push(`${request.url()} ${request.headers().authorization ?? ''}`));
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await finished(page);
    assert.ok(seen.requests > 0);
    assert.ok(sent.some((request) => request.endsWith(`Bearer ${key}`)));
    assert.ok(sent.every((request) => !request.split(' ')[0].includes(key)));

    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Export JSON' }).click(),
    ]);
    const exported = await readFile(await download.path(), 'utf8');
    assert.ok(JSON.parse(exported).events.length > 10);
    await page.getByRole('tab', { name: 'Code' }).click();
    await page.getByRole('button', { name: 'Copy as code' }).click();
    await page.getByText('Copied').waitFor();
    const code = /** @type {string} */ (await page.evaluate('navigator.clipboard.readText()'));
    assert.match(code, /import \{ parallelProcess \} from 'parallelization-agent'/);
    const stores = await page.evaluate('JSON.stringify([localStorage, sessionStorage]) + location.href');
    for (const place of [exported, code, stores]) assert.ok(!String(place).includes(key));

    await page.getByLabel('Keep it until this tab is closed').check();
    await page.reload();
    await page.getByRole('button', { name: 'Run', exact: true }).waitFor();
    await page.locator('summary', { hasText: 'Model' }).click();
    await page.getByLabel('Endpoint').selectOption({ label: 'Another server' });
    assert.equal(await page.getByLabel('Key', { exact: true }).inputValue(), key, 'kept where asked for');
    assert.ok(!String(await page.evaluate('JSON.stringify(localStorage)')).includes(key));
  } finally {
    await browser.close();
    await site.stop();
  }
});
