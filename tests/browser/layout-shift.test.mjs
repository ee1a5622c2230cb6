// @ts-check
/** Nothing that is being read moves. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { finished } from './world/browser.mjs';
import { examplePage, run } from './world/opened.mjs';

const open = examplePage();

for (const width of [360, 768, 1440]) {
  test(`nothing jumps while the page loads, ${width} pixels wide`, async () => {
    const page = await open(undefined, { viewport: { width, height: 900 } });
    const shift = await page.evaluate(
      () =>
        new Promise((resolve) => {
          let sum = 0;
          new PerformanceObserver((list) => {
            for (const entry of /** @type {any[]} */ (list.getEntries()))
              if (!entry.hadRecentInput) sum += entry.value;
          }).observe({ type: 'layout-shift', buffered: true });
          setTimeout(() => resolve(sum), 300);
        }),
    );
    console.log(`CLS at ${width}: ${Number(shift).toFixed(3)}`);
    assert.ok(Number(shift) < 0.05, `${shift}`);
  });
}

for (const pattern of ['Map-reduce', 'Vote', 'Tools']) {
  test(`nothing that is being read moves through a run: ${pattern}`, async () => {
    const page = await open(pattern, { viewport: { width: 1440, height: 900 } });
    const shift = await shiftsThrough(page, () => run(page));
    console.log(`CLS through a run: ${shift.toFixed(3)}`);
    assert.ok(shift < 0.05, `${shift}`);
    for (const part of ['Timeline', 'Graph', 'Answers', 'More of the run']) {
      const { y = 0, height = 0 } =
        (await page.getByRole('region', { name: part, exact: true }).boundingBox()) ?? {};
      assert.ok(y >= 0 && y + height <= 900, `${part} is on the first screen`);
    }
  });
}

test('marks move with the scale of the timeline, and do not jump: a thousand tasks', async () => {
  const page = await open(undefined, { viewport: { width: 1440, height: 900 } });
  await page.emulateMedia({ reducedMotion: 'no-preference' });
  const shift = await shiftsThrough(page, () =>
    page.getByRole('button', { name: 'A thousand tasks' }).click(),
  );
  console.log(`CLS through a run of a thousand tasks: ${shift.toFixed(3)}`);
  assert.ok(shift < 0.05, `${shift}`);
});

test('nothing that is being read moves through a run: beneath one another', async () => {
  const page = await open('Sections', { viewport: { width: 768, height: 1024 } });
  await page.locator('.stage').scrollIntoViewIfNeeded();
  const tops = () =>
    page
      .locator('.stage .panel')
      .evaluateAll((panels) => panels.map((panel) => panel.getBoundingClientRect().top + scrollY));
  const before = await tops();
  await run(page);
  await finished(page);
  assert.deepEqual(await tops(), before);
});

/**
 * The sum of all shifts of a run.
 * @param {import('playwright-core').Page} page
 * @param {() => Promise<unknown>} begin
 */
async function shiftsThrough(page, begin) {
  await page.evaluate(`
    window.shifted = 0;
    new PerformanceObserver((list) => {
      for (const { value } of list.getEntries()) window.shifted += value;
    }).observe({ type: 'layout-shift' });
  `);
  await begin();
  await finished(page, 200_000);
  return Number(await page.evaluate('window.shifted'));
}
