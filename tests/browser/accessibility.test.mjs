// @ts-check
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { after, before, describe, test } from 'node:test';
import { finished, openBrowser, openPage } from './world/browser.mjs';
import { startModel } from './world/model.mjs';
import { serveSite } from './world/site.mjs';

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** @type {import('playwright-core').Browser} */
let browser;

before(async () => {
  browser = await openBrowser();
});
after(() => browser.close());

/**
 * The page in front of a model that is slow enough to be watched.
 * @param {import('node:test').TestContext} t
 * @param {import('playwright-core').BrowserContextOptions} options
 */
async function open(t, options) {
  /** @type {import('./world/model.mjs').Script} */
  const script = { waitMs: 600 };
  const { model } = await startModel(script);
  const site = await serveSite(model);
  const { page } = await openPage(browser, site.address, options);
  t.after(async () => {
    await page.context().close();
    await site.stop();
  });
  return { page, script };
}

// Each waits for its model now and then.
describe('axe finds nothing to complain of', { concurrency: 2 }, () => {
  for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
    for (const width of [360, 1280]) {
      test(`in ${colorScheme} at ${width} pixels`, async (t) => {
        const { page } = await open(t, { colorScheme, viewport: { width, height: 900 } });
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

  for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
    test(`in ${colorScheme} where something is wrong`, async (t) => {
      const { page, script } = await open(t, { colorScheme });
      await page.getByRole('button', { name: 'Edit as JSON' }).click();
      await page.getByRole('textbox', { name: 'Subtasks' }).fill('[');
      await page.getByRole('button', { name: 'Run', exact: true }).click();
      await page.getByText(/no JSON yet/).waitFor();
      assert.deepEqual(await violations(page), [], 'in what is typed');
      await page
        .getByRole('textbox', { name: 'Subtasks' })
        .fill('[{ "id": "a", "content": "x", "dependencies": ["b"] }]');
      await page.getByRole('button', { name: 'Run', exact: true }).click();
      await page.getByRole('alert').filter({ hasText: 'not right' }).waitFor();
      assert.deepEqual(await violations(page), [], 'in the call');

      script.refuses = (prompt) => prompt.startsWith('Who would ride');
      await page.reload();
      await page.getByRole('button', { name: 'Run', exact: true }).click();
      await page.locator('.status', { hasText: '1 failed, 2 skipped' }).waitFor();
      await page.getByRole('listbox', { name: 'Tasks' }).focus();
      assert.deepEqual(await violations(page), [], 'in some tasks');
      script.refuses = () => true;
      await page.getByRole('button', { name: 'Run again' }).click();
      await page.locator('.status', { hasText: 'Failed' }).waitFor();
      assert.deepEqual(await violations(page), [], 'in all of them');
    });

    test(`in ${colorScheme} with a thousand tasks`, async (t) => {
      const { page } = await open(t, { colorScheme });
      await page.getByRole('button', { name: 'A thousand small tasks' }).click();
      await page.getByRole('button', { name: 'Run', exact: true }).click();
      await page.locator('.status', { hasText: /^Running: [1-9]/ }).waitFor();
      await page.getByRole('listbox', { name: 'Tasks' }).press('End');
      assert.deepEqual(await violations(page), [], 'while they run');
      await page.getByRole('button', { name: 'Stop' }).click();
      await page.locator('.status', { hasText: /^Stopped/ }).waitFor();
      assert.deepEqual(await violations(page), [], 'when they are stopped');
    });
  }
});

describe('what moves', { concurrency: true }, () => {
  for (const reducedMotion of /** @type {const} */ (['no-preference', 'reduce'])) {
    test(reducedMotion, async (t) => {
      const { page } = await open(t, { reducedMotion });
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

/** @param {import('playwright-core').Page} page */
async function violations(page) {
  await page.evaluate(axe);
  return page.evaluate(`axe.run({ resultTypes: ['violations'] }).then(({ violations }) =>
    violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ target, any }) => target + ' ' + (any[0]?.message ?? '')).join('; ')))`);
}
