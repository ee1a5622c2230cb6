// @ts-check
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pageForAll, runThrough } from './world/browser.mjs';
import { startModel } from './world/model.mjs';
import { serveSite } from './world/site.mjs';

const open = pageForAll({ hurries: true });

test('with the switch on, calls fail now and then, are tried again, and the run comes through', async () => {
  const site = await serveSite(null);
  try {
    const { page } = await open(site.address);
    await page.getByRole('switch', { name: 'Let calls fail' }).check();
    await page.locator('summary', { hasText: 'Limits' }).click();
    await page.getByLabel('Tries after a failure').fill('9');
    let retries = 0;
    for (let runs = 0; retries === 0 && runs < 8; runs++) {
      await runThrough(page);
      retries = parseInt(await page.locator('[data-number=retries]').innerText(), 10);
      assert.match(await page.locator('[data-number=tasks]').innerText(), /6 \/ 6/);
    }
    assert.ok(retries > 0, 'nothing failed in eight runs');
    assert.ok((await page.locator('.bar.retrying').count()) > 0, 'the waits are drawn');
  } finally {
    await site.stop();
  }
});

test('a refused key, a missing server and a stranger’s answer are explained, each with what to do', async () => {
  const script = { status: 401 };
  const { model } = await startModel(script);
  const site = await serveSite(model);
  try {
    const { page } = await open(site.address);
    await page.getByRole('button', { name: /^Run/ }).click();
    await page.getByText(/did not accept the key/).waitFor();
    script.status = 404;
    await page.getByRole('button', { name: /^Run/ }).click();
    await page.getByText(/no such model or address/).waitFor();

    await page.locator('summary', { hasText: 'Model' }).click();
    await page.getByLabel('Endpoint').selectOption({ label: 'Another server' });
    await page.getByLabel('Address').fill('http://127.0.0.1:9/v1');
    await page.getByLabel('Model', { exact: true }).fill('any');
    await page.locator('summary', { hasText: 'Limits' }).click();
    await page.getByLabel('Tries after a failure').fill('0');
    await page.getByRole('button', { name: /^Run/ }).click();
    await page.getByText(/No answer from the server/).waitFor();
    assert.match(await page.locator('.explanation').innerText(), /lets pages in \(CORS\)/);
  } finally {
    await site.stop();
  }
});

test('a page whose worker cannot be loaded says so', async () => {
  const site = await serveSite(null);
  try {
    const { page } = await open(site.address, (page) =>
      page.route('**/worker-*.js', (route) => route.abort()),
    );
    await page.getByRole('button', { name: /^Run/ }).click();
    await page.getByText(/could not be loaded/).waitFor();
    await page.getByText('Reload this page.').waitFor();
    await page.unrouteAll();
  } finally {
    await site.stop();
  }
});

test('a server that runs, but lets no page in, is told from one that says no', async () => {
  const [own, other] = await Promise.all([startModel({}), startModel({})]);
  const site = await serveSite(own.model);
  try {
    const { page } = await open(site.address);
    await page.locator('summary', { hasText: 'Model' }).click();
    await page.getByLabel('Endpoint').selectOption({ label: 'Another server' });
    await page.getByLabel('Address').fill(other.model.baseURL);
    await page.getByLabel('Model', { exact: true }).fill('any');
    await page.locator('summary', { hasText: 'Limits' }).click();
    await page.getByLabel('Tries after a failure').fill('0');
    await page.getByRole('button', { name: /^Run/ }).click();
    const alert = page.getByRole('alert').filter({ hasText: 'No answer from the server' });
    await alert.waitFor();
    assert.match(await alert.innerText(), /See that it runs.*lets pages in \(CORS\)/);
    assert.match(await alert.innerText(), /Could not reach 127\.0\.0\.1:\d+/);
    assert.ok(other.seen.requests > 0, 'it was asked');
    assert.equal(own.seen.requests, 0, 'and nobody else');
  } finally {
    await Promise.all([site.stop(), other.model.stop()]);
  }
});

test('a task that fails for good says why, and so does one that needed it', async () => {
  const { model } = await startModel({ refuses: (prompt) => prompt.startsWith('Who would ride') });
  const site = await serveSite(model);
  try {
    const { page } = await open(site.address);
    await page.locator('summary', { hasText: 'Limits' }).click();
    await page.getByLabel('Tries after a failure').fill('0');
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await page
      .getByText(/^Done in .* 1 failed, 2 skipped/)
      .first()
      .waitFor();
    for (const id of ['riders', 'effects', 'advice']) {
      await page.getByRole('article', { name: id }).locator('.problem').waitFor();
    }
  } finally {
    await site.stop();
  }
});
