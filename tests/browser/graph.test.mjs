// @ts-check
/** The graph of what would run, and of what runs. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { finished } from './world/browser.mjs';
import { examplePage, run, scriptedPage } from './world/opened.mjs';

const open = examplePage();
const openScripted = scriptedPage();

test('boxes of the graph are as wide as its edges take them to be, after a longer name came too', async () => {
  const page = await open('Map-reduce');
  await run(page);
  await finished(page);
  const widths = await page
    .locator('.graph .node rect')
    .evaluateAll((boxes) => [...new Set(boxes.map((box) => box.getAttribute('width')))]);
  assert.equal(widths.length, 1, `${widths}`);
  const labels = await page.locator('.graph .node text').allTextContents();
  assert.equal(new Set(labels).size, labels.length, `names that read alike: ${labels}`);
});

test('a graph that was planned stays as it was, and lights up', async () => {
  const page = await open('Map-reduce');
  const nodes = () => page.locator('.graph .node title').allTextContents();
  const before = await nodes();
  await page.evaluate(`
    window.seen = new Set();
    new MutationObserver(() => window.seen.add(document.querySelectorAll('.graph .node').length))
      .observe(document.querySelector('.graph'), { childList: true, attributes: true, subtree: true });
  `);
  await run(page);
  await finished(page);
  assert.deepEqual((await nodes()).sort(), before.sort());
  assert.deepEqual(await page.evaluate('[...window.seen]'), [before.length], 'none came, none went');
});

test('a graph that grows wider than its room can be scrolled by keyboard', async () => {
  const page = await open(undefined, { viewport: { width: 360, height: 900 } });
  await page.getByRole('button', { name: 'Edit as JSON' }).click();
  const subtasks = page.getByRole('textbox', { name: 'Subtasks' });
  const graph = page.getByRole('group', { name: 'Graph of dependencies' });
  await subtasks.fill(JSON.stringify(wide(1)));
  await page.locator('.graph-scroll:not([tabindex])').waitFor();
  await subtasks.fill(JSON.stringify(wide(5)));
  await page.locator('.graph-scroll[tabindex="0"]').waitFor();
  await graph.press('ArrowRight');
  await page.waitForFunction(`document.querySelector('.graph-scroll').scrollLeft > 0`);
});

test('a bar, a box and an answer of the same task are marked together, and told in full', async () => {
  const page = await open('Tools');
  await run(page);
  await finished(page);
  await page.locator('.graph .node', { hasText: 'Lisbon' }).click();
  const details = page.getByRole('tabpanel', { name: 'Details' });
  const words = await details.innerText();
  assert.match(words, /Plan a day in Lisbon\..*weather\(.*Lisbon.*→ .*rain.*Sintra/s);
  assert.match(words, /Cost\s*\$0\.0/);
  assert.equal(await page.getByRole('article', { name: 'Lisbon' }).getAttribute('class'), 'card chosen');
  assert.match(
    (await page.locator('.bar-row[aria-selected=true]').textContent()) ?? '',
    /Lisbon/,
    'and its bar is chosen',
  );
  await page.getByRole('article', { name: 'Porto' }).click();
  assert.match(await details.innerText(), /Plan a day in Porto/);
});

test('the tree of a map-reduce, each level after what it joins', async (t) => {
  const page = await openScripted(t, 'Map-reduce', {});
  const names = () => page.locator('.graph .node title').allTextContents();
  const planned = await names();
  await run(page);
  await finished(page);
  assert.deepEqual(await names(), planned, 'what runs is what was announced');
  const nodes = Object.fromEntries(
    await page.locator('.graph .node').evaluateAll((marks) =>
      marks.map((mark) => {
        const { left, right } = mark.getBoundingClientRect();
        return [
          mark.querySelector('title')?.textContent,
          { left, right, state: mark.getAttribute('data-state') },
        ];
      }),
    ),
  );
  assert.equal(Object.keys(nodes).length, 9, 'six documents, two joined from them, and one from these');
  for (const name of ['reduce document-1 to document-3', 'reduce document-4 to document-6']) {
    assert.ok(
      nodes['document-1'].right < nodes[name].left &&
        nodes[name].right < nodes['reduce document-1 to document-6'].left,
    );
  }
  assert.ok(Object.values(nodes).every(({ state }) => state === 'completed'));
  const lines = (await page.locator('.graph .edges').getAttribute('d'))?.match(/M/g) ?? [];
  assert.equal(lines.length, 8, 'one line from each to what joins it');
});

test('the path that decided the time, under its bars and in the graph', async (t) => {
  const page = await openScripted(t, 'Subtasks', {
    waitMs: (prompt) => (prompt.startsWith('What would it cost') ? 400 : 20),
  });
  await run(page);
  await finished(page);
  const marked = page.locator('.graph .node.critical title');
  const ids = (await marked.allTextContents()).sort();
  assert.ok(ids.includes('money') && !ids.includes('riders') && !ids.includes('cities'), `${ids}`);
  const rows = await page
    .locator('.bar-row.critical')
    .evaluateAll((all) => all.map((row) => row.querySelector('b')?.textContent));
  assert.deepEqual(rows.sort(), ids);
  const shadow = (/** @type {Element} */ bar) => getComputedStyle(bar).boxShadow;
  assert.notEqual(await page.locator('.bar-row.critical .bar.good').first().evaluate(shadow), 'none');
  assert.equal(await page.locator('.bar-row:not(.critical) .bar.good').first().evaluate(shadow), 'none');
});

/**
 * @param {number} width
 * @returns {{ id: string, content: string, dependencies: string[] }[]}  a square of tasks, each of
 *   which needs the one before it
 */
function wide(width) {
  return Array.from({ length: width * width }, (_, n) => ({
    id: `task-${n}`,
    content: `Task ${n}`,
    dependencies: n < width ? [] : [`task-${n - width}`],
  }));
}
