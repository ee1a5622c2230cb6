// @ts-check
/** What a run took and cost, and what the limits let through. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../node/model-server.mjs';
import { finished, runThrough } from './world/browser.mjs';
import { startModel } from './world/model.mjs';
import { examplePage, run, scriptedPage } from './world/opened.mjs';
import { serveSite } from './world/site.mjs';

const open = examplePage();
const openScripted = scriptedPage();

test('how much faster it was leaves out calls whose answers nobody needed', async () => {
  const page = await open('Vote');
  await run(page);
  await finished(page);
  assert.match(await page.locator('[data-number=faster]').innerText(), /^\d+(\.\d)?× faster$|^$/);
});

test('what Promise.all would have come to ends at the first failure', async () => {
  const page = await open('Vote');
  await page.getByRole('switch', { name: 'Let calls fail' }).check();
  const list = page.getByRole('list', { name: 'The same work otherwise' });
  let lanes = '';
  // Chance decides, and how far apart seven calls are that are sent at once.
  for (let runs = 0; !lanes.includes('lost') && runs < 12; runs++) {
    await runThrough(page);
    lanes = await list.innerText();
  }
  assert.match(
    lanes,
    /Promise\.all\s+lost at \d+ ms: (too many requests|server out of order|connection lost)/,
  );
  assert.match(lanes, /One by one\s+\d of \d/);
});

test('over plain HTTP six calls are under way, as many as the browser sends, and the others wait', async () => {
  /** @type {(value?: unknown) => void} */
  let goOn = () => {};
  const held = new Promise((resolve) => {
    goOn = resolve;
  });
  const { model, seen } = await startModel({ holds: () => held });
  const served = await serveSite(model);
  try {
    const page = await open('Batch', { address: served.address });
    await page.getByLabel('Inputs').fill(Array.from({ length: 20 }, (_, at) => `input ${at}`).join('\n'));
    await run(page);
    await page
      .getByLabel('Limits', { exact: true })
      .getByText(/^6 of 6 under way, 14 wait/)
      .waitFor();
    // What the page has sent, the server has a moment later.
    await until(() => seen.open >= 6);
    assert.equal(seen.open, 6, 'the server has as many');
    goOn();
    await finished(page);
  } finally {
    await served.stop();
  }
});

test('what the run cost, by the prices that were given', async (t) => {
  const page = await openScripted(t, 'Subtasks', {});
  await page.locator('summary', { hasText: 'Limits' }).click();
  await page.getByLabel('Price of a million tokens read').fill('10000');
  await page.getByLabel('Price of a million tokens written').fill('20000');
  await run(page);
  await finished(page);
  // Seven calls of 10 tokens read and 5 written.
  assert.equal(await page.locator('[data-number=cost]').innerText(), '$1.40');
  assert.equal(await page.locator('[data-number=tokens]').innerText(), '105');
});

test('what a preset costs, until another model is named', async (t) => {
  const page = await openScripted(t, 'Subtasks', {});
  await page.locator('summary', { hasText: 'Model' }).click();
  await page.locator('summary', { hasText: 'Limits' }).click();
  await page.getByLabel('Endpoint').selectOption({ label: 'OpenAI' });
  const price = page.getByLabel('Price of a million tokens read');
  assert.equal(await price.inputValue(), '0.4');
  await page.getByLabel('Model', { exact: true }).fill('another');
  assert.equal(await price.inputValue(), '');
});

test('what the limits let through and hold back at the moment', async (t) => {
  const page = await openScripted(t, 'Batch', { hangs: true });
  await page.locator('summary', { hasText: 'Limits' }).click();
  await page.getByLabel('Calls at once').fill('2');
  await run(page);
  await page
    .getByLabel('Limits', { exact: true })
    .getByText(/^2 of 2 under way, 6 wait \(scripted at 127\.0\.0\.1:\d+\)$/)
    .waitFor();
  await page.getByRole('button', { name: 'Stop' }).click();
  await page.getByLabel('Limits', { exact: true }).getByText('nothing is under way').waitFor();
});
