// @ts-check
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';
import { finished, openBrowser, openPage } from './world/browser.mjs';
import { startModel } from './world/model.mjs';
import { serveSite } from './world/site.mjs';

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** @type {Awaited<ReturnType<typeof serveSite>>} */
let site;
/** @type {import('playwright-core').Browser} */
let browser;

before(async () => {
  const { model } = await startModel({ waitMs: 600 });
  [site, browser] = await Promise.all([serveSite(model), openBrowser()]);
});
after(async () => {
  await browser.close();
  await site.stop();
});

for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
  for (const width of [360, 1280]) {
    test(`axe finds nothing to complain of in ${colorScheme} at ${width} pixels`, async () => {
      const { page } = await openPage(browser, site.address, {
        colorScheme,
        viewport: { width, height: 900 },
      });
      for (const name of ['Model', 'Limits and failures'])
        await page.locator('summary', { hasText: name }).click();
      assert.deepEqual(await violations(page), [], 'before');
      await page.getByRole('button', { name: 'Run', exact: true }).click();
      await page
        .getByText(/^Running: [1-9]/)
        .first()
        .waitFor();
      assert.deepEqual(await violations(page), [], 'during');
      await finished(page);
      await page.getByRole('listbox', { name: 'Tasks' }).focus();
      assert.deepEqual(await violations(page), [], 'after');
      const overflow = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
      assert.equal(overflow, 0, 'nothing sticks out');
    });
  }
}

test('the keyboard alone suffices', async () => {
  const { page } = await openPage(browser, site.address);
  await page.keyboard.press('Tab');
  assert.equal(await focused(page), 'Skip to the form');
  await page.getByLabel('Task', { exact: true }).focus();
  await page.keyboard.press('Control+Enter');
  await finished(page);
  for (let presses = 0; presses < 80 && !(await focused(page)).startsWith('Tasks'); presses++) {
    await page.keyboard.press('Tab');
  }
  await page.keyboard.press('ArrowDown');
  await page.locator('.inspector').getByText('money').first().waitFor();
});

test('someone who wants less motion gets less', async () => {
  const { page } = await openPage(browser, site.address, { reducedMotion: 'reduce' });
  const durations = await page
    .getByRole('button')
    .evaluateAll((buttons) => buttons.map((button) => getComputedStyle(button).transitionDuration));
  assert.ok(durations.every((duration) => /^0s(, 0s)*$/.test(duration)));
});

/** @param {import('playwright-core').Page} page */
async function violations(page) {
  await page.evaluate(axe);
  return page.evaluate(`axe.run().then(({ violations }) =>
    violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ target, any }) => target + ' ' + (any[0]?.message ?? '')).join('; ')))`);
}

/** @param {import('playwright-core').Page} page */
async function focused(page) {
  const name = 'document.activeElement.ariaLabel || document.activeElement.textContent';
  return /** @type {Promise<string>} */ (page.evaluate(name));
}
