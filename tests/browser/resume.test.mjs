// @ts-check
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { finished, openBrowser, openPage } from './world/browser.mjs';
import { startModel } from './world/model.mjs';
import { serveSite } from './world/site.mjs';

test('a run that a reload cuts off goes on, and asks only for what is missing', async () => {
  /** @type {import('./world/model.mjs').Script} */
  const script = {};
  /** @type {string[]} */
  const asked = [];
  script.answer = (prompt) => {
    asked.push(prompt);
    // What comes after the first three is slow enough to be cut off.
    if (asked.length >= 3) script.waitMs = 5000;
    return 'An answer.';
  };
  const { model } = await startModel(script);
  const [site, browser] = await Promise.all([serveSite(model), openBrowser()]);
  try {
    const { page, complaints } = await openPage(browser, site.address);
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await page
      .getByText(/^Running: 3 of 6/)
      .first()
      .waitFor();
    await page.waitForFunction(answersKept, 3);
    await page.reload();
    script.waitMs = 20;
    asked.length = 0;
    script.answer = (prompt) => {
      asked.push(prompt);
      return 'An answer.';
    };
    await page.getByRole('button', { name: 'Resume' }).click();
    await finished(page);
    assert.equal(asked.length, 4, 'three subtasks and the summary');
    assert.match(await page.locator('[data-number=tasks]').innerText(), /6 \/ 6/);
    assert.equal(await page.getByRole('button', { name: 'Resume' }).isVisible(), false);
    assert.deepEqual(complaints, []);
  } finally {
    await browser.close();
    await site.stop();
  }
});

/**
 * Whether the page's database has so many.
 * @param {number} count
 */
function answersKept(count) {
  return new Promise((resolve) => {
    const opening = indexedDB.open('parallelization-agent');
    opening.onsuccess = () => {
      const asking = opening.result.transaction('answers').objectStore('answers').count();
      asking.onsuccess = () => {
        opening.result.close();
        resolve(asking.result === count);
      };
    };
  });
}
