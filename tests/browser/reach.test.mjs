// @ts-check
/** Narrow, enlarged, read aloud, from right to left, in colours of one's own. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { finished } from './world/browser.mjs';
import { startModel } from './world/model.mjs';
import { examplePage, run, scriptedPage } from './world/opened.mjs';
import { serveSite } from './world/site.mjs';

const open = examplePage();
const openScripted = scriptedPage();

test('at 400 percent, which leaves 320 pixels, nothing has to be scrolled sideways to be read', async () => {
  const page = await open('Map-reduce', { viewport: { width: 320, height: 256 } });
  await run(page);
  await finished(page);
  const badge = await page.locator('.badge').evaluate((node) => node.scrollWidth - node.clientWidth);
  assert.ok(badge <= 0, 'it says in full whose answers these are');
  for (const tab of ['Result', 'Details', 'Code']) {
    await page.getByRole('tab', { name: tab }).click();
    const [inner, whole] = await page.evaluate(() => [innerWidth, document.documentElement.scrollWidth]);
    assert.ok(whole <= inner, `${tab}: ${whole} of ${inner}`);
  }
});

test('what is written from right to left runs so, in the form and wherever it is shown', async () => {
  const arabic = 'ما هي عاصمة البرتغال؟';
  const { model } = await startModel({ answer: () => 'لشبونة هي العاصمة.' });
  const served = await serveSite(model);
  try {
    const page = await open('Clones', { address: served.address });
    await page.locator('.row input').first().fill(arabic);
    await page.getByLabel('Text', { exact: true }).fill(arabic);
    await run(page);
    await finished(page);
    await page.getByRole('article').first().click();
    const parts = {
      field: page.getByLabel('Text', { exact: true }),
      row: page.locator('.row input').first(),
      bar: page.locator('.bar-name b').first(),
      card: page.locator('.card .answer').first(),
      title: page.locator('.card h3 b').first(),
      details: page.locator('.inspector-title b'),
    };
    for (const [name, part] of Object.entries(parts))
      assert.equal(await part.evaluate((node) => getComputedStyle(node).direction), 'rtl', name);
    assert.equal(
      await page
        .locator('.card .answer')
        .nth(1)
        .evaluate((node) => getComputedStyle(node).textAlign),
      'start',
    );
  } finally {
    await served.stop();
  }
});

test('bars and the chosen pattern keep a shape in colours of the person’s own', async () => {
  const page = await open(undefined, { forcedColors: 'active' });
  await run(page);
  await finished(page);
  const style = (/** @type {string} */ selector, /** @type {string} */ name) =>
    page
      .locator(selector)
      .first()
      .evaluate((node, name) => getComputedStyle(node).getPropertyValue(name), name);
  assert.equal(await style('.bar', 'outline-style'), 'solid');
  const [chosen, other] = await Promise.all([
    style('.pattern input:checked + span', 'background-color'),
    style('.pattern input:not(:checked) + span', 'background-color'),
  ]);
  assert.notEqual(chosen, other);
});

test('what has the focus is not hidden under the bar with the buttons', async () => {
  const page = await open(undefined, { viewport: { width: 1280, height: 700 } });
  const hidden = [];
  await page.locator('.row input').first().focus();
  for (let step = 0; step < 16; step++) {
    await page.keyboard.press('Tab');
    const under = await page.evaluate(() => {
      const focused = /** @type {HTMLElement} */ (document.activeElement);
      const bar = /** @type {HTMLElement} */ (document.querySelector('.action-bar'));
      if (bar.contains(focused)) return null;
      const [own, above] = [focused.getBoundingClientRect(), bar.getBoundingClientRect()];
      return own.bottom > above.top + 1 && own.top < above.bottom - 1 ? focused.outerHTML : null;
    });
    if (under) hidden.push(under);
  }
  assert.deepEqual(hidden, []);
});

test('how it goes, for those who hear the page: now and then, and at the end', async (t) => {
  const page = await openScripted(t, 'Subtasks', { waitMs: 200 });
  await page.evaluate(`
    window.heard = [];
    window.since = performance.now();
    new MutationObserver(() => window.heard.push(document.querySelector('.standing [role=status]').textContent))
      .observe(document.querySelector('.standing [role=status]'), { childList: true, characterData: true, subtree: true });
  `);
  await run(page);
  await finished(page);
  const heard = /** @type {string[]} */ (await page.evaluate('window.heard'));
  assert.match(heard.at(-1) ?? '', /^Done in/);
  assert.match(heard[0], /^(Starting|Running)/);
  const tookMs = Number(await page.evaluate('performance.now() - window.since'));
  assert.ok(heard.length <= tookMs / 4000 + 3, `${heard.length} announcements in ${tookMs} ms: ${heard}`);
});
