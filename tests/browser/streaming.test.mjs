// @ts-check
/** Answers as they come, long ones too. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formSoFar } from '../../www/src/stage/form-so-far.js';
import { finished } from './world/browser.mjs';
import { busiest } from './world/busiest.mjs';
import { startModel } from './world/model.mjs';
import { examplePage, run, scriptedPage } from './world/opened.mjs';
import { serveSite } from './world/site.mjs';

const open = examplePage();
const openScripted = scriptedPage();

test('an answer of ten megabytes holds up the page for no more than 100 ms at a time, and can be read whole', async () => {
  const line = 'A *long* answer of many words, one like the other. ';
  const piece = `${line.repeat(10_000)}\n\n${line.repeat(10_000)}`;
  const { model } = await startModel({
    answer: (prompt) => (prompt === 'go on' ? [...Array(10).fill(piece), 'the very end'] : 'x'),
  });
  const served = await serveSite(model);
  try {
    const page = await open('Batch', { address: served.address });
    await page.getByLabel('Inputs').fill('go on');
    const longest = await busiest(page, async () => {
      await run(page);
      await finished(page);
    });
    console.log(`longest block: ${longest} ms of processor time`);
    assert.ok(longest < 100, `${longest} ms`);
    const card = page.getByRole('article').first();
    assert.ok((await card.locator('em').count()) < 1_000, 'only its beginning is formatted');
    await card.getByRole('button', { name: /Show all 10,2\d\d,\d{3} characters/ }).click();
    // Not by a search for the text, which would go through ten megabytes again and again.
    await page.waitForFunction(() =>
      document.querySelector('.card .plain > :last-child')?.textContent?.endsWith('the very end'),
    );
  } finally {
    await served.stop();
  }
});

test('an answer as it comes', async (t) => {
  const page = await openScripted(t, 'Subtasks', { hangs: true });
  await run(page);
  const card = page.getByRole('article', { name: 'riders' }).locator('.answer');
  const length = async () => (await card.innerText()).length;
  await card.getByText('and on').waitFor();
  const before = await length();
  await page.waitForFunction(
    (least) => (document.querySelector('.card .answer')?.textContent?.length ?? 0) > least,
    before + 20,
  );
  assert.match(await page.getByRole('option', { name: /^riders/ }).innerText(), /running/);
});

test('a form as it comes: its entries, and not its braces', async (t) => {
  const page = await openScripted(t, 'Vote', { answer: () => '{"reasoning": "They go on', hangs: true });
  await run(page);
  const card = page.locator('.card .answer').first();
  await card.getByText(/^They go on and on/).waitFor();
  assert.doesNotMatch((await card.textContent()) ?? '', /[{"]/);
  await page.getByRole('button', { name: 'Stop' }).click();

  const form = JSON.stringify({
    reason: 'A "quote", and \u00fc.',
    list: ['a', { b: [1, null] }],
    last: true,
  });
  for (let length = 1; length <= form.length; length++) {
    const soFar = formSoFar(form.slice(0, length));
    assert.ok(
      soFar && 'A "quote", and \u00fc.'.startsWith(String(soFar.reason ?? '')),
      form.slice(0, length),
    );
  }
  assert.deepEqual(formSoFar(form), JSON.parse(form));
  assert.equal(formSoFar('{not a form'), null);
});
