// @ts-check
/** The packed package without a bundler: in a page, in a module worker and in a service worker. */

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { startSimulated } from '../../scripts/model/simulated.mjs';
import { closeBrowser, serve, show } from './browser.mjs';
import { project } from './project.mjs';

/** @type {import('../../scripts/model.mjs').Model} */
let model;
/** @type {string} */
let folder;
before(async () => {
  model = await startSimulated({ pace: 0 });
  folder = await project('page');
});
after(() => Promise.all([model.stop(), closeBrowser()]));

for (const place of ['page', 'worker', 'service-worker']) {
  test(`a plain module script runs in a ${place}, under a strict content security policy`, async (t) => {
    const address = await serve(t, folder);
    assert.match(await show(t, `${address}/?in=${place}&model=${model.baseURL}`), /^\[simulated\]/);
  });
}

test('the page of the guide runs as it stands', async (t) => {
  const guide = await readFile(new URL('../../docs/guide/in-the-page.md', import.meta.url), 'utf8');
  const [, snippet] = /^```html\n(.*?)^```/ms.exec(guide) ?? assert.fail('the guide has no page');
  const page = snippet
    .replace("baseURL: '…'", `baseURL: '${model.baseURL}'`)
    .replace("apiKey: '…'", "apiKey: 'none'")
    .replace('</script>', 'document.title = summary;</script><link rel="icon" href="data:,">');
  const address = await serve(t, folder, { '/guide.html': `<!doctype html>${page}` });
  assert.match(await show(t, `${address}/guide.html`), /^\[simulated\]/);
});
