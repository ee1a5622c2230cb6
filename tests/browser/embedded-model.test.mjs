// @ts-check
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startEmbedded } from '../../scripts/model/embedded.mjs';
import { finished, openBrowser, openPage } from './world/browser.mjs';
import { serveSite } from './world/site.mjs';

test('the page runs subtasks and their summary on the embedded model', { timeout: 240_000 }, async () => {
  const [site, browser] = await Promise.all([
    startEmbedded().then((model) => serveSite(model)),
    openBrowser(),
  ]);
  try {
    const { page, complaints } = await openPage(browser, site.address, { reducedMotion: 'reduce' });
    await page.locator('summary', { hasText: 'Model' }).click();
    await page.getByLabel('Endpoint').selectOption({ label: 'This server’s model' });
    await page.getByText('A tiny model on this computer').waitFor();
    await page.locator('summary', { hasText: 'Limits' }).click();
    await page.getByLabel('Longest answer, tokens').fill('8');
    // Three that need nothing, and the summary of them: a real model takes seconds for each.
    for (const number of [6, 5, 4])
      await page.getByRole('button', { name: `Remove subtask ${number}` }).click();
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await finished(page, 180_000);
    assert.match(await page.locator('[data-number=tasks]').innerText(), /3 \/ 3/);
    assert.ok((await page.getByRole('region', { name: 'Result' }).innerText()).length > 20);
    await page.getByRole('listbox', { name: 'Tasks' }).getByText('riders').click();
    assert.match(await page.locator('.inspector').innerText(), /Tokens\s*\d+/);
    assert.deepEqual(complaints, []);
  } finally {
    await browser.close();
    await site.stop();
  }
});
