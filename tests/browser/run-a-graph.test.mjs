// @ts-check
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { finished, pageForAll } from './world/browser.mjs';
import { startModel } from './world/model.mjs';
import { serveSite } from './world/site.mjs';

/** @type {Awaited<ReturnType<typeof serveSite>>} */
let site;
before(async () => {
  const { model } = await startModel({ waitMs: 200 });
  site = await serveSite(model);
});
after(() => site.stop());
const open = pageForAll();

test('the graph that is there at first runs to its end, and shows answers, summary and sums', async () => {
  const { page, complaints } = await open(site.address);
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await page
    .getByText(/^Running: \d of 6 done/)
    .first()
    .waitFor();
  await finished(page);

  const bars = page.getByRole('listbox', { name: 'Tasks' }).getByRole('option');
  assert.equal(await bars.count(), 7, 'six subtasks and the summary');
  await page.getByRole('option', { name: /^riders .*s done/ }).waitFor();
  assert.match(await page.locator('[data-number=tasks]').innerText(), /6 \/ 6/);
  assert.match(await page.getByRole('article', { name: 'riders' }).innerText(), /Fine\./);
  assert.match(await page.getByRole('region', { name: 'Result' }).innerText(), /Fine\./);
  assert.deepEqual(complaints, []);
});

test('the critical path goes from the summary back to the beginning', async () => {
  const { page } = await open(site.address);
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await finished(page);
  const critical = await page.getByRole('option', { name: /on the critical path/ }).allInnerTexts();
  const ids = critical.map((text) => text.split('\n')[1]);
  assert.deepEqual(ids.slice(-2), ['advice', 'summary']);
  assert.equal(ids.length, 4);
});

test('a changed subtask is what runs', async () => {
  const { page } = await open(site.address);
  await page.getByLabel('Id, subtask 1', { exact: true }).fill('passengers');
  await page.getByLabel(/^Depends on.*subtask 4$/).fill('passengers, money');
  await page.getByRole('button', { name: 'Remove subtask 6' }).click();
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await finished(page);
  assert.match(await page.locator('[data-number=tasks]').innerText(), /5 \/ 5/);
  await page.getByRole('article', { name: 'passengers' }).waitFor();
});

test('what is wrong with the form is said in full, and nothing is sent', async () => {
  const { page } = await open(site.address);
  let requests = 0;
  page.on('request', (request) => {
    if (request.url().includes('/v1/')) requests += 1;
  });
  await page.getByLabel(/^Depends on.*subtask 1$/).fill('advice, nobody');
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  const alert = page.getByRole('alert').filter({ hasText: 'not right' });
  await alert.waitFor();
  assert.match(await alert.innerText(), /nobody/);
  assert.match(await alert.innerText(), /riders → .* → riders|cycle/i);
  assert.equal(requests, 0);
});

test('subtasks can be edited as JSON, and what is no JSON is said', async () => {
  const { page } = await open(site.address);
  await page.getByRole('button', { name: 'Edit as JSON' }).click();
  const json = page.getByRole('textbox', { name: 'Subtasks' });
  await json.fill('[{ "id": "only", "content": "Say one thing." }');
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await page.getByText(/Subtasks: this is no JSON yet/).waitFor();
  await json.fill('[{ "id": "only", "content": "Say one thing." }]');
  await page.getByRole('button', { name: 'Edit as rows' }).click();
  assert.equal(await page.getByLabel('Id, subtask 1', { exact: true }).inputValue(), 'only');
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await finished(page);
  await page.getByRole('article', { name: 'only' }).waitFor();
});
