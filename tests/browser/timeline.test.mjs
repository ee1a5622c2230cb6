// @ts-check
/** Bars on a common clock, arrows between them, and what is below. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { finished } from './world/browser.mjs';
import { examplePage, run, scriptedPage } from './world/opened.mjs';

const open = examplePage();
const openScripted = scriptedPage();

test('names that begin alike are told apart on a narrow screen, too', async () => {
  const page = await open('Map-reduce', { viewport: { width: 360, height: 740 } });
  await run(page);
  await finished(page);
  const ends = await page.locator('.bar-name .end').evaluateAll((parts) =>
    parts.map((part) => {
      const [own, name] = [
        part.getBoundingClientRect(),
        /** @type {any} */ (part.closest('.bar-name')).getBoundingClientRect(),
      ];
      return own.width > 0 && own.right <= name.right + 1;
    }),
  );
  assert.ok(ends.length > 2 && ends.every(Boolean), `${ends}`);
});

test('the timeline is zoomed, moved and shown whole again, its axis with it', async () => {
  const page = await open('Vote');
  await run(page);
  await finished(page);
  const bar = page.locator('.bar-row .bar.good').first();
  const width = () => bar.evaluate((node) => parseFloat(/** @type {HTMLElement} */ (node).style.width));
  const left = () => bar.evaluate((node) => parseFloat(/** @type {HTMLElement} */ (node).style.translate));
  const [whole, first] = [await width(), await left()];
  const list = page.getByRole('listbox', { name: 'Tasks' });
  await list.press('+');
  await page.waitForFunction(
    (before) =>
      parseFloat(/** @type {any} */ (document.querySelector('.bar-row .bar.good')).style.width) > before,
    whole * 1.4,
  );
  const near = await left();
  await list.press('ArrowRight');
  await page.waitForFunction(
    (before) =>
      parseFloat(/** @type {any} */ (document.querySelector('.bar-row .bar.good')).style.translate) < before,
    near,
  );
  assert.ok((await width()) > whole * 1.4);
  await list.press('0');
  await page.waitForFunction(
    (before) =>
      Math.abs(
        parseFloat(/** @type {any} */ (document.querySelector('.bar-row .bar.good')).style.width) - before,
      ) < 0.1,
    whole,
  );
  assert.ok(Math.abs((await left()) - first) < 0.1);

  // The strip below has all of it, and a window on what is shown.
  const strip = (await page.locator('.strip').boundingBox()) ?? { x: 0, y: 0, width: 0 };
  const at = (/** @type {number} */ share) => strip.x + share * strip.width;
  const drag = async (/** @type {number} */ from, /** @type {number} */ to) => {
    await page.mouse.move(at(from), strip.y + 10);
    await page.mouse.down();
    await page.mouse.move(at(to), strip.y + 10, { steps: 3 });
    await page.mouse.up();
  };
  const shown = () =>
    page.locator('.window').evaluate((node) => {
      const { left, width } = /** @type {HTMLElement} */ (node).style;
      return [parseFloat(left), parseFloat(width)].map(Math.round);
    });
  assert.equal(await page.locator('.window').isVisible(), false);
  await drag(0.2, 0.6);
  await page.locator('.window').waitFor();
  assert.deepEqual(await shown(), [20, 40], 'drawn');
  await drag(0.4, 0.5);
  await page.waitForFunction(
    () => parseFloat(/** @type {any} */ (document.querySelector('.window')).style.left) > 25,
  );
  assert.deepEqual(await shown(), [30, 40], 'moved');
  await page.getByRole('button', { name: 'Zoom out' }).click();
  await page.waitForFunction(
    () => parseFloat(/** @type {any} */ (document.querySelector('.window')).style.width) > 55,
  );
  await page.getByRole('button', { name: 'Show all of the time' }).click();
  await page.locator('.window').waitFor({ state: 'hidden' });
});

test('how many calls were under way, as a line as high as the most of them', async (t) => {
  const page = await openScripted(t, 'Subtasks', { waitMs: 200 });
  await run(page);
  await finished(page);
  const chart = page.getByRole('img', { name: 'At most 3 calls were under way at once.' });
  const path = (await chart.locator('.area').getAttribute('d')) ?? '';
  const levels = [...path.matchAll(/V(-?\d+)/g)].map(([, level]) => Math.abs(Number(level)));
  assert.equal(Math.max(...levels), 3);
  assert.equal(levels.at(-1), 0, 'and none at the end');
  assert.equal(await page.locator('.most').innerText(), 'max. 3');
  const { height } = (await chart.locator('.area').boundingBox()) ?? { height: 0 };
  assert.ok(height > 24, `${height} pixels high`);
});

test('calls one after the other as one at once, though the end of each is told late', async (t) => {
  const page = await openScripted(t, 'Subtasks', {});
  const told = [0, 400, 800].flatMap((at, index) => {
    const of = { subagentRunId: `r/call-${index}`, name: `call-${index}` };
    return [
      { type: 'SUBAGENT_STARTED', timestamp: 1000 + at, ...of },
      { type: 'SUBAGENT_FINISHED', timestamp: 1000 + at + 415, ...of },
    ];
  });
  const events = [
    { type: 'RUN_STARTED', runId: 'r', threadId: 't', timestamp: 1000 },
    ...told.sort((a, b) => a.timestamp - b.timestamp),
    { type: 'RUN_FINISHED', timestamp: 2300, outcome: { type: 'success' } },
  ];
  await page.locator('input[type=file]').setInputFiles({
    name: 'run.json',
    mimeType: 'application/json',
    buffer: Buffer.from(JSON.stringify({ pattern: 'batch', events })),
  });
  await page.getByRole('img', { name: 'At most 1 call was under way at once.' }).waitFor();
  assert.equal(await page.locator('.bar-row .bar.good').count(), 3);
});

test('an arrow to each bar from the one that let it begin, and all those of the chosen one', async (t) => {
  const page = await openScripted(t, 'Subtasks', {
    waitMs: (prompt) => (prompt.startsWith('What would it cost') ? 400 : 20),
  });
  await run(page);
  await finished(page);
  // Rows are 24 pixels high: riders, money, cities, effects, objections, advice, summary.
  const arrows = () =>
    page.locator('.arrow').evaluateAll((marks) =>
      marks.map((mark) => {
        const { top, height } = mark.getBoundingClientRect();
        const space = /** @type {Element} */ (mark.closest('.space')).getBoundingClientRect().top;
        return [Math.floor((top - space) / 24), Math.round((top + height - space) / 24 - 0.5)].join('-');
      }),
    );
  assert.deepEqual(
    (await arrows()).sort().slice(0, 2),
    ['1-3', '1-4'],
    'money was the last that both needed',
  );
  assert.equal((await arrows()).length, 4);
  const bar = await page
    .getByRole('option', { name: /^effects/ })
    .locator('.bar')
    .first()
    .boundingBox();
  const arrow = await page
    .locator('.arrow')
    .nth((await arrows()).indexOf('1-3'))
    .boundingBox();
  assert.ok(
    Math.abs((arrow?.x ?? 0) + (arrow?.width ?? 0) - (bar?.x ?? 0)) < 3,
    'it ends where the bar begins',
  );
  await page.getByRole('option', { name: /^effects/ }).click();
  assert.ok((await arrows()).includes('0-3'), 'that it needed riders too is shown');
  assert.equal(
    await page.locator('.arrow.own').count(),
    4,
    'to it two, and from it to advice and the summary',
  );
});
