// @ts-check
/** The code for what is in the form. */

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { pkg } from '../../scripts/paths.mjs';
import { startModel } from './world/model.mjs';
import { examplePage } from './world/opened.mjs';
import { serveSite } from './world/site.mjs';

const open = examplePage();

test('a clipboard that the browser refuses is told of, on the button itself', async () => {
  const page = await open();
  /** @type {string[]} */
  const lost = [];
  page.on('pageerror', (error) => lost.push(String(error)));
  await page.evaluate(`
    navigator.clipboard.writeText = () => Promise.reject(new DOMException('No.', 'NotAllowedError'));
  `);
  await page.getByRole('tab', { name: 'Code' }).click();
  await page.getByRole('button', { name: 'Copy as code' }).click();
  await page.getByRole('button', { name: 'The browser did not allow it' }).waitFor();
  await page.getByRole('button', { name: 'Copy as code' }).waitFor();
  assert.deepEqual(lost, []);
});

test('the code follows the form, for Node, a browser and the command line, and the page that it gives runs', async () => {
  const { model } = await startModel({ answer: (prompt) => `An answer to ${prompt}.` });
  const served = await serveSite(model);
  try {
    const page = await open('Batch', { address: served.address });
    await page.getByLabel('Inputs').fill('the first\nthe </script> second');
    await page.getByRole('tab', { name: 'Code' }).click();
    const code = page.locator('.code code');
    assert.match(await code.innerText(), /^import \{ batch \} from 'parallelization-agent';/);
    await page.getByRole('radio', { name: 'Command line' }).check();
    assert.match(
      await code.innerText(),
      /parallelization-agent run - .*the first\nthe <\/script> second\nEND/s,
    );
    await page.getByRole('radio', { name: 'Browser' }).check();
    await page.getByLabel('Inputs').fill('the second </script>');
    const written = await code.innerText();
    assert.match(written, /second <\\\/script>/);

    const files = { 'dist/web.js': 'text/javascript', 'wasm/core_bg.wasm': 'application/wasm' };
    for (const [path, contentType] of Object.entries(files))
      await page.route(`**/node_modules/parallelization-agent/${path}`, (route) =>
        route.fulfill({ path: join(pkg, path), contentType }),
      );
    await page.route('**/copied.html', (route) => route.fulfill({ body: written, contentType: 'text/html' }));
    await page.goto(`${served.address}copied.html`);
    await page.getByRole('button', { name: 'Run' }).click();
    await page.locator('pre', { hasText: '"completedTasks": 1' }).waitFor();
    assert.match(await page.locator('pre').innerText(), /An answer to the second <\/script>\./);
    await page.unrouteAll();
  } finally {
    await served.stop();
  }
});
