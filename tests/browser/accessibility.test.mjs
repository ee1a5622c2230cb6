// @ts-check
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { after, before, describe, test } from 'node:test';
import { finished, openBrowser, openPage, pageForAll } from './world/browser.mjs';
import { startModel } from './world/model.mjs';
import { serveSite } from './world/site.mjs';

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const usualWidth = 1280;
const colours = ['color-contrast', 'link-in-text-block'];
/**
 * Where the page is looked at, and by which rules: colours are those of the scheme, however wide it
 * is, and most other rules have nothing to do with colour.
 * @type {{ colorScheme: 'light' | 'dark', width: number, rules: object }[]}
 */
const looks = [
  { colorScheme: 'light', width: usualWidth, rules: {} },
  { colorScheme: 'dark', width: usualWidth, rules: { runOnly: colours } },
  {
    colorScheme: 'light',
    width: 360,
    rules: { rules: Object.fromEntries(colours.map((name) => [name, { enabled: false }])) },
  },
];

/**
 * The address of the page in front of a model.
 * @param {import('node:test').TestContext} t
 * @param {import('./world/model.mjs').Script} script
 */
async function serve(t, script) {
  const { model } = await startModel(script);
  const site = await serveSite(model);
  t.after(() => site.stop());
  return site.address;
}

describe('axe finds nothing to complain of, in light and dark,', () => {
  // So that nothing is looked at half way to its colour.
  const open = pageForAll({ reducedMotion: 'reduce' });

  test('before, during and after a run, narrow and wide', async (t) => {
    /** @type {(value?: unknown) => void} */
    let goOn = () => {};
    const held = new Promise((resolve) => {
      goOn = resolve;
    });
    const holds = (/** @type {string} */ prompt) => (prompt.startsWith('Who would ride') ? held : null);
    const { page } = await open(await serve(t, { holds }));
    for (const name of ['Model', 'Limits and prices'])
      await page.locator('summary', { hasText: name }).click();
    await assertAccessible(page, 'before');
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await page
      .getByText(/^Running: [1-9]/)
      .first()
      .waitFor();
    await assertAccessible(page, 'during');
    goOn();
    await finished(page);
    await page.getByRole('listbox', { name: 'Tasks' }).focus();
    await assertAccessible(page, 'after');
    await page.getByRole('option', { name: /^riders/ }).click();
    await page.getByRole('button', { name: 'Zoom in' }).click();
    await assertAccessible(page, 'with details, zoomed in');
    await page.getByRole('tab', { name: 'Code' }).click();
    await page.getByRole('radio', { name: 'Browser' }).check();
    await page.getByLabel('Endpoint').selectOption({ label: 'A model inside this page (wllama)' });
    await assertAccessible(page, 'with code, for a model in the page');
  });

  test('where something is wrong', async (t) => {
    /** @type {import('./world/model.mjs').Script} */
    const script = {};
    const address = await serve(t, script);
    const { page } = await open(address);
    await page.getByRole('button', { name: 'Edit as JSON' }).click();
    await page.getByRole('textbox', { name: 'Subtasks' }).fill('[');
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await page.getByText(/no JSON yet/).waitFor();
    await assertAccessible(page, 'in what is typed');
    await page
      .getByRole('textbox', { name: 'Subtasks' })
      .fill('[{ "id": "a", "content": "x", "dependencies": ["b"] }]');
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await page.getByRole('alert').filter({ hasText: 'not right' }).waitFor();
    await assertAccessible(page, 'in the call');

    script.refuses = (prompt) => prompt.startsWith('Who would ride');
    await open(address);
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await page.locator('.status', { hasText: '1 failed, 2 skipped' }).waitFor();
    await page.getByRole('listbox', { name: 'Tasks' }).focus();
    await assertAccessible(page, 'in some tasks');
    script.refuses = () => true;
    await page.getByRole('button', { name: 'Run again' }).click();
    await page.locator('.status', { hasText: 'Failed' }).waitFor();
    await assertAccessible(page, 'in all of them');
  });

  test('with a thousand tasks', async (t) => {
    let answers = 0;
    const holds = () => (++answers > 20 ? new Promise(() => {}) : null);
    const { page } = await open(await serve(t, { holds }));
    await page.getByRole('button', { name: 'A thousand tasks' }).click();
    await page.locator('.status', { hasText: /^Running: [1-9]/ }).waitFor();
    await page.getByRole('listbox', { name: 'Tasks' }).press('End');
    // Of a thousand dots that are alike, some stand for all: to look at each takes half a minute.
    await page.locator('.graph .dot:nth-child(n+30)').evaluateAll((dots) => {
      for (const dot of dots) dot.remove();
    });
    await assertAccessible(page, 'while they run');
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.locator('.status', { hasText: /^Stopped/ }).waitFor();
    await assertAccessible(page, 'when they are stopped');
  });
});

describe('what moves', { concurrency: true }, () => {
  /** @type {import('playwright-core').Browser} */
  let browser;
  before(async () => {
    browser = await openBrowser();
  });
  after(() => browser.close());

  for (const reducedMotion of /** @type {const} */ (['no-preference', 'reduce'])) {
    test(reducedMotion, async (t) => {
      const address = await serve(t, { waitMs: 600 });
      const { page } = await openPage(browser, address, { reducedMotion });
      await page.evaluate(`
        window.moves = 0;
        window.animated = [];
        document.addEventListener('transitionrun', ({ target }) => window.animated.push(target.className));
      `);
      await page.getByRole('button', { name: 'Run', exact: true }).click();
      await page.locator('.bar.running').first().waitFor();
      await page.evaluate(`
        window.since = performance.now();
        new MutationObserver(() => (window.moves += 1))
          .observe(document.querySelector('.bar-row .bar.running'), { attributes: true, attributeFilter: ['style'] });
      `);
      await finished(page);
      const { moves, animated, tookMs } =
        /** @type {{ moves: number, animated: string[], tookMs: number }} */ (
          await page.evaluate(
            '({ moves: window.moves, animated: window.animated, tookMs: performance.now() - window.since })',
          )
        );
      if (reducedMotion === 'reduce') {
        assert.deepEqual(animated, [], 'nothing fades or slides');
        assert.ok(moves <= tookMs / 500 + 3, `the first bar moved ${moves} times in ${tookMs} ms`);
      } else {
        assert.ok(animated.length > 0 && moves > 8, 'else there is something to reduce');
      }
    });
  }
});

/**
 * @param {import('playwright-core').Page} page
 * @param {string} when
 */
async function assertAccessible(page, when) {
  await page.evaluate(axe);
  for (const { colorScheme, width, rules } of looks) {
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme });
    await drawn(page);
    assert.deepEqual(await violations(page, rules), [], `${when}, in ${colorScheme} at ${width} pixels`);
    const overflow = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
    assert.equal(overflow, 0, `nothing sticks out ${when} at ${width} pixels`);
  }
}

/**
 * The page takes up another size as it is drawn.
 * @param {import('playwright-core').Page} page
 */
function drawn(page) {
  return page.evaluate('new Promise((done) => requestAnimationFrame(() => setTimeout(done)))');
}

/**
 * @param {import('playwright-core').Page} page
 * @param {object} rules
 * @returns {Promise<string[]>}
 */
function violations(page, rules) {
  const options = JSON.stringify({ resultTypes: ['violations'], ...rules });
  return page.evaluate(`axe.run(${options}).then(({ violations }) =>
    violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ target, any }) => target + ' ' + (any[0]?.message ?? '')).join('; ')))`);
}
