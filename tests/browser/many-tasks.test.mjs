// @ts-check
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openBrowser, openPage } from './world/browser.mjs';
import { startModel } from './world/model.mjs';
import { serveSite } from './world/site.mjs';

test('a thousand tasks run without holding up the page', async () => {
  const { model } = await startModel({ answer: () => 'A **short** answer.' });
  const [site, browser] = await Promise.all([serveSite(model), openBrowser()]);
  try {
    const { page } = await openPage(browser, site.address);
    await page.getByRole('button', { name: 'A thousand small tasks' }).click();
    await page.evaluate(`
      window.stalls = [];
      new PerformanceObserver((list) => {
        for (const { duration } of list.getEntries()) window.stalls.push(Math.round(duration));
      }).observe({ type: 'longtask' });
      window.made = { graph: 0, bars: 0 };
      for (const [name, selector] of [['graph', '.graph'], ['bars', '.bars']]) {
        new MutationObserver((changes) => {
          for (const { addedNodes } of changes) window.made[name] += addedNodes.length;
        }).observe(document.querySelector(selector), { childList: true, subtree: true });
      }
    `);
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await page
      .getByText(/^Running: \d.* of 1,000 done/)
      .first()
      .waitFor();
    // The page answers while it runs.
    await page.getByRole('listbox', { name: 'Tasks' }).press('End');
    await page.locator('.inspector').getByText('task-1000').waitFor();
    assert.ok((await page.locator('.bar-row').count()) < 40, 'rows out of sight do not exist');
    await page
      .getByText(/^Done in/)
      .first()
      .waitFor({ timeout: 90_000 });

    assert.match(await page.locator('[data-number=tasks]').innerText(), /1,000 \/ 1,000/);
    // Work is counted, since time depends on what else the machine does. The graph was drawn before the run began.
    const made = /** @type {Record<string, number>} */ (await page.evaluate('window.made'));
    assert.ok(made.graph <= 2, `${made.graph} marks were drawn anew`);
    assert.ok(made.bars < 10_000, `${made.bars} parts of bars were made for 1,000 tasks`);
    const stalls = /** @type {number[]} */ (await page.evaluate('window.stalls'));
    // Printed and not judged: how long a stall is depends on what else the machine does.
    console.log(`${stalls.length} long tasks, the longest ${Math.max(0, ...stalls)} ms`);
  } finally {
    await browser.close();
    await site.stop();
  }
});
