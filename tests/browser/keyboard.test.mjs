// @ts-check
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openBrowser, openPage } from './world/browser.mjs';
import { startModel } from './world/model.mjs';
import { serveSite } from './world/site.mjs';

test('by keyboard alone: choose a pattern, change a setting, run, read a bar’s details, stop', async () => {
  const { model, seen } = await startModel({ hangs: true });
  const [site, browser] = await Promise.all([serveSite(model), openBrowser()]);
  try {
    const { page } = await openPage(browser, site.address);
    const { keyboard } = page;
    /** What has the focus, by its name. */
    const focused = () =>
      /** @type {Promise<string>} */ (
        page.evaluate(
          `(({ ariaLabel, labels, textContent }) => ariaLabel || labels?.[0]?.textContent || textContent)(document.activeElement)`,
        )
      );
    /** @param {RegExp} name */
    async function tabTo(name) {
      for (let presses = 0; presses < 60; presses++) {
        await keyboard.press('Tab');
        if (name.test(await focused())) return;
      }
      assert.fail(`no Tab leads to ${name}`);
    }

    await keyboard.press('Tab');
    assert.equal(await focused(), 'Skip to the form');
    await keyboard.press('Enter');
    await tabTo(/^Subtasks$/);
    await keyboard.press('ArrowLeft');
    assert.equal(await focused(), 'Tools', 'the last pattern stands before the first');
    await keyboard.press('ArrowLeft');
    await keyboard.press('ArrowLeft');
    assert.ok(await page.getByRole('radio', { name: 'Clones' }).isChecked());

    await tabTo(/^Limits and prices$/);
    await keyboard.press('Enter');
    await tabTo(/^Calls at once$/);
    await keyboard.type('2');
    await tabTo(/^Run$/);
    await keyboard.press('Enter');
    await page.getByText('and on').first().waitFor();
    assert.equal(seen.open, 2, 'as many at once as was set');
    // What was pressed is gone, and the next is in its place.
    assert.equal(await focused(), 'Stop');

    await tabTo(/^Tasks, on a timeline$/);
    await keyboard.press('ArrowDown');
    const details = page.locator('.inspector');
    assert.match(await details.innerText(), /^French\s+running.*Attempts\s*1/s);
    await keyboard.press('End');
    assert.match(await details.innerText(), /^letter\s+queued/);
    await keyboard.press('Enter');

    for (let presses = 0; presses < 60 && (await focused()) !== 'Stop'; presses++)
      await keyboard.press('Shift+Tab');
    await keyboard.press('Space');
    await page.locator('.status', { hasText: /^Stopped after/ }).waitFor();
    assert.equal(await focused(), 'Run again');
  } finally {
    await browser.close();
    await site.stop();
  }
});
