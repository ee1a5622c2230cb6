// @ts-check
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { finished, openBrowser, openPage } from './world/browser.mjs';
import { startModel } from './world/model.mjs';
import { serveSite } from './world/site.mjs';

test('Stop ends the run and every request of it, and the page can run again', async () => {
  const script = { hangs: true };
  const { model, seen } = await startModel(script);
  const [site, browser] = await Promise.all([serveSite(model), openBrowser()]);
  try {
    const { page, complaints } = await openPage(browser, site.address);
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await page.getByText('and on').first().waitFor();
    assert.equal(seen.open, 3, 'three subtasks can start at once');
    await page.getByRole('button', { name: 'Stop' }).click();
    await page
      .getByText(/^Stopped after/)
      .first()
      .waitFor();
    for (let tries = 0; seen.open > 0 && tries < 100; tries++) await delay(20);
    assert.equal(seen.open, 0, 'no request is left');
    assert.equal(seen.requests, 3, 'and none came after');
    const labels = await page.getByRole('listbox', { name: 'Tasks' }).getByRole('option').allInnerTexts();
    assert.ok(labels.every((label) => label.includes('cancelled')));

    script.hangs = false;
    await page.getByRole('button', { name: 'Run again' }).click();
    await finished(page);
    assert.deepEqual(complaints, []);
  } finally {
    await browser.close();
    await site.stop();
  }
});
