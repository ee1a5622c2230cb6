// @ts-check
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { finished, openBrowser, openPage } from './world/browser.mjs';
import { startModel } from './world/model.mjs';
import { serveSite } from './world/site.mjs';

const hostile = [
  '# A heading <script>window.harmed = 1</script>',
  '<img src="x" onerror="window.harmed = 2"> <svg onload="window.harmed = 3"><style>body { display: none }</style></svg>',
  '[a link](javascript:window.harmed=4) [another](data:text/html,<script>window.harmed=5</script>)',
  '<a href="javascript:window.harmed=6" onclick="window.harmed = 7">a third</a>',
  '<form action="https://evil.test"><button formaction="javascript:window.harmed=8">Go</button></form>',
  '<iframe srcdoc="<script>parent.harmed = 9</script>"></iframe> <p id="page" class="patterns" style="position: fixed">x</p>',
  '![an image](https://evil.test/spy.png) and [a good link](https://example.com/)',
].join('\n\n');

test('an answer full of traps is formatted, and does nothing', async () => {
  const { model } = await startModel({ answer: () => hostile });
  const [site, browser] = await Promise.all([serveSite(model), openBrowser()]);
  try {
    const { page, complaints } = await openPage(browser, site.address);
    /** @type {string[]} */
    const elsewhere = [];
    page.on('request', (request) => {
      if (!request.url().startsWith(site.address)) elsewhere.push(request.url());
    });
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await finished(page);
    const card = page.getByRole('article', { name: 'riders' });
    for (const link of await card.getByText(/^(a link|another|a third|Go)$/).all())
      await link.click({ force: true });

    assert.equal(await page.evaluate('window.harmed'), undefined);
    const answers = page.locator('.answer');
    for (const part of [
      'script',
      'img',
      'svg',
      'style',
      'form',
      'button',
      'iframe',
      '[id]',
      '[style]',
      '[onclick]',
    ]) {
      assert.equal(await answers.locator(part).count(), 0, part);
    }
    const addresses = await answers
      .locator('a[href]')
      .evaluateAll((links) => [...new Set(links.map((link) => link.getAttribute('href')))]);
    assert.deepEqual(addresses, ['https://example.com/']);
    assert.equal(await card.getByRole('link').first().getAttribute('rel'), 'noopener noreferrer nofollow');
    assert.deepEqual(elsewhere, []);
    assert.deepEqual(complaints, [], 'the policy had nothing to stop');
  } finally {
    await browser.close();
    await site.stop();
  }
});
