// @ts-check
/**
 * Runs that are stopped, cut off or opened again, and what is kept: the form, what had streamed,
 * answers, a run in a file.
 */

import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { finished, pageForAll } from './world/browser.mjs';
import { startModel } from './world/model.mjs';
import { serveSite } from './world/site.mjs';

/** @type {import('./world/model.mjs').Script} */
const script = {};
/** @type {Awaited<ReturnType<typeof serveSite>>} */
let site;
/** @type {Awaited<ReturnType<typeof startModel>>['seen']} */
let seen;
before(async () => {
  const started = await startModel(script);
  seen = started.seen;
  site = await serveSite(started.model);
});
beforeEach(() => {
  for (const name of Object.keys(script)) delete (/** @type {any} */ (script)[name]);
  seen.requests = 0;
});
after(() => site.stop());
const open = pageForAll();

test('a link to a pattern with its form opens it, and edits outlive a reload', async () => {
  const { page } = await open(site.address);
  await page.getByRole('radio', { name: 'Batch', exact: true }).check();
  await page.getByLabel('Inputs').fill('one\ntwo');
  // The browser learns of the new address a moment after the page.
  await page.waitForURL(/form=/);
  const link = page.url();
  await page.reload();
  await page.getByRole('button', { name: 'Run', exact: true }).waitFor();
  assert.ok(await page.getByRole('radio', { name: 'Batch', exact: true }).isChecked());
  assert.equal(await page.getByLabel('Inputs').inputValue(), 'one\ntwo');
  assert.equal(await page.locator('.graph .node').count(), 2);
  const again = (await open(link)).page;
  assert.equal(await again.getByLabel('Inputs').inputValue(), 'one\ntwo');
  const broken = (await open(`${site.address}#pattern=voting&form=%7B`)).page;
  assert.ok(await broken.getByRole('radio', { name: 'Vote', exact: true }).isChecked());
});

test('Stop keeps what had streamed, and Resume asks only for what is missing', async () => {
  /** @type {string[]} */
  const asked = [];
  script.answer = (prompt) => {
    asked.push(prompt);
    return 'It begins';
  };
  script.hangs = (prompt) => prompt.startsWith('What would it cost');
  const { page } = await open(site.address);
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await page.locator('.status', { hasText: /^Running: 2 of 6/ }).waitFor();
  await page.getByRole('article', { name: 'money' }).getByText('and on').waitFor();
  await page.getByRole('button', { name: 'Stop' }).click();
  await page.locator('.status', { hasText: /^Stopped/ }).waitFor();
  assert.match(await page.getByRole('article', { name: 'money' }).innerText(), /It begins and on/);
  script.hangs = false;
  asked.length = 0;
  await page.getByRole('button', { name: 'Resume' }).click();
  await finished(page);
  assert.ok(!asked.some((prompt) => prompt.startsWith('Who would ride')), `${asked}`);
  assert.match(await page.locator('[data-number=tasks]').innerText(), /6 \/ 6\s+2 kept before/);
});

test('an export opens again as it was, and a file that is none is said to be none', async () => {
  script.answer = () => 'An answer.';
  const { page } = await open(site.address);
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await finished(page);
  const shown = () =>
    Promise.all(
      ['.status', '.bars', '[data-number=tokens]', '.cards', '.outcome'].map((part) =>
        page.locator(part).innerText(),
      ),
    );
  const before = await shown();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Export JSON' }).click(),
  ]);
  const file = await download.path();
  assert.deepEqual(Object.keys(JSON.parse(await readFile(file, 'utf8'))), [
    'pattern',
    'args',
    'result',
    'events',
  ]);
  await page.reload();
  await page.locator('input[type=file]').setInputFiles(file);
  await finished(page);
  assert.deepEqual(await shown(), before);

  const other = join(tmpdir(), `no-export-${process.pid}.json`);
  await writeFile(other, '{"events": 3}');
  await page.locator('input[type=file]').setInputFiles(other);
  await page.getByText(/no events of a run/).waitFor();
  // What would run is the form's, and not that of the file.
  await page.getByRole('button', { name: 'Run', exact: true }).waitFor();
});

test('what is shown belongs to the form beside it: the run of another one is there again when that is', async () => {
  script.answer = () => 'An answer.';
  const { page } = await open(site.address);
  await page.getByRole('radio', { name: 'Batch', exact: true }).check();
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await finished(page);
  const shown = () =>
    Promise.all(
      ['.status', '.bars', '.numbers', '.cards', '.result', '.graph'].map((part) =>
        page.locator(part).textContent(),
      ),
    );
  const before = await shown();
  await page.getByRole('radio', { name: 'Clones', exact: true }).check();
  await page.locator('.status', { hasText: 'Ready' }).waitFor();
  assert.deepEqual(await page.locator('.graph .node title').allTextContents(), [
    'German',
    'French',
    'social',
    'letter',
  ]);
  assert.equal(await page.locator('.bar-row, .card').count(), 0);
  await page.getByRole('button', { name: 'Run', exact: true }).waitFor();
  await page.getByRole('radio', { name: 'Batch', exact: true }).check();
  await finished(page);
  await page.getByRole('button', { name: 'Run again' }).waitFor();
  assert.deepEqual(await shown(), before);
});

test('a setting that is not right is named as the form names it, and has the focus', async () => {
  const { page } = await open(site.address);
  await page.locator('summary', { hasText: 'Limits' }).click();
  await page.getByLabel('Calls at once').fill('0');
  await page.locator('summary', { hasText: 'Limits' }).click();
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  const alert = page.getByRole('alert').filter({ hasText: 'not right' });
  await alert.waitFor();
  assert.match(await alert.innerText(), /Calls at once: expected a whole number from 1 up/);
  const focused = /** @type {string} */ (await page.evaluate('document.activeElement.name'));
  assert.equal(focused, 'concurrency');
  assert.equal(await page.getByLabel('Calls at once').getAttribute('aria-invalid'), 'true');
});

test('an answer that comes in pieces is formatted as if it had come whole', async () => {
  const parts = [
    '# One\n\nA *b',
    'old* word.\n\n- an item\n\n- ano',
    'ther\n\n```\na\n\nb\n``',
    '`\n\nThe end.',
  ];
  script.answer = () => parts;
  const { page } = await open(site.address);
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await finished(page);
  const card = page.getByRole('article', { name: 'riders' });
  assert.equal(await card.locator('ul').count(), 1, 'one list');
  assert.equal(await card.locator('em').innerText(), 'bold');
  assert.match(await card.locator('pre').innerText(), /a\n\nb/);
  assert.equal(await card.getByText('The end.').count(), 1);
});

test('Stop ends the run and every request of it, and the page can run again', async () => {
  script.hangs = true;
  const { page, complaints } = await open(site.address);
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await page.getByText('and on').first().waitFor();
  assert.equal(seen.open, 3, 'three subtasks can start at once');
  await page.getByRole('button', { name: 'Stop' }).click();
  await page
    .getByText(/^Stopped after/)
    .first()
    .waitFor();
  for (let tries = 0; seen.open > 0 && tries < 100; tries++) await delay(20);
  assert.equal(seen.open, 0, 'no request is left');
  assert.equal(seen.requests, 3, 'and none came after');
  const labels = await page.getByRole('listbox', { name: 'Tasks' }).getByRole('option').allInnerTexts();
  assert.ok(labels.every((label) => label.includes('cancelled')));

  script.hangs = false;
  await page.getByRole('button', { name: 'Run again' }).click();
  await finished(page);
  assert.deepEqual(complaints, []);
});

test('a run that a reload cuts off goes on, and asks only for what is missing', async () => {
  /** @type {string[]} */
  const asked = [];
  script.answer = (prompt) => {
    asked.push(prompt);
    return 'An answer.';
  };
  // What comes after the first three is there to be cut off.
  script.holds = () => (asked.length >= 3 ? new Promise(() => {}) : null);
  const { page, complaints } = await open(site.address);
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await page
    .getByText(/^Running: 3 of 6/)
    .first()
    .waitFor();
  await page.waitForFunction(answersKept, 3);
  await page.reload();
  script.holds = () => null;
  asked.length = 0;
  await page.getByRole('button', { name: 'Resume' }).click();
  await finished(page);
  assert.equal(asked.length, 4, 'three subtasks and the summary');
  assert.match(await page.locator('[data-number=tasks]').innerText(), /6 \/ 6/);
  assert.equal(await page.getByRole('button', { name: 'Resume' }).isVisible(), false);
  assert.deepEqual(complaints, []);
});

/**
 * Whether the page's database has so many.
 * @param {number} count
 */
function answersKept(count) {
  return new Promise((resolve) => {
    const opening = indexedDB.open('parallelization-agent');
    opening.onsuccess = () => {
      const asking = opening.result.transaction('answers').objectStore('answers').count();
      asking.onsuccess = () => {
        opening.result.close();
        resolve(asking.result === count);
      };
    };
  });
}
