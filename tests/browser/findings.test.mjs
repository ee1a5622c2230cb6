// @ts-check
/** What a close look at the page once found, one test each. */

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { pkg } from '../../scripts/paths.mjs';
import { finished, pageForAll, runThrough } from './world/browser.mjs';
import { startModel } from './world/model.mjs';
import { serveSite } from './world/site.mjs';

/** @type {Awaited<ReturnType<typeof serveSite>>} */
let site;
before(async () => {
  site = await serveSite(null);
});
after(() => site.stop());
const openPage = pageForAll({ hurries: true });
const usual = { width: 1280, height: 900 };

/**
 * The page with a pattern chosen.
 * @param {string} [pattern]
 * @param {{
 *   viewport?: { width: number, height: number },
 *   forcedColors?: 'active' | 'none',
 *   address?: string,
 * }} [look]
 */
async function open(pattern, { viewport = usual, forcedColors = 'none', address = site.address } = {}) {
  const { page } = await openPage(address, async (page) => {
    await page.setViewportSize(viewport);
    await page.emulateMedia({ forcedColors });
  });
  if (pattern) await page.getByRole('radio', { name: pattern, exact: true }).check();
  return page;
}

/** @param {import('playwright-core').Page} page */
const run = (page) => page.getByRole('button', { name: 'Run', exact: true }).click();

test('a guard trips on what it looks for, and the answer is withheld', async () => {
  const page = await open();
  await page.getByRole('button', { name: 'A tripped guard' }).click();
  await finished(page);
  const outcome = await page.getByRole('region', { name: 'Result' }).innerText();
  assert.match(outcome, /withheld/);
  assert.match(outcome, /secrets tripped/i);
});

for (const [pattern, shows] of /** @type {const} */ ([
  ['Batch', /8 answers of 8 inputs.*Positive\s+3.*Negative\s+3.*Mixed\s+2/s],
  ['Clones', /German.* sees the text and .*nothing of the other 3 contexts/s],
])) {
  test(`${pattern} has no result of its own, and shows what became of its parts`, async () => {
    const page = await open(pattern);
    await run(page);
    await finished(page);
    assert.equal(await page.locator('.outcome').isVisible(), false);
    assert.match(await page.getByRole('tabpanel', { name: 'Result' }).innerText(), shows);
  });
}

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
    assert.equal(seen.open, 6, 'the server has as many');
    goOn();
    await finished(page);
  } finally {
    await served.stop();
  }
});

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

test('a subtask called summary is shown as what it is, beside the summary of the run', async () => {
  const page = await open();
  await page.locator('.row input').first().fill('summary');
  for (const ids of await page.locator('.row input.ids').all()) await ids.fill('');
  await run(page);
  await finished(page);
  const names = await page.locator('.bar-name b').allTextContents();
  assert.equal(names[0], 'summary');
  assert.ok(names.includes('summary (of the run)'), `${names}`);
  const first = page.locator('.bar-row').first();
  assert.equal(await first.getAttribute('data-state'), 'completed');
  assert.match(await page.getByRole('article', { name: 'summary', exact: true }).innerText(), /pensioners/);
});

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

/**
 * The longest that the page's thread was busy without a pause, in milliseconds of processor time:
 * by the clock it would depend on what else the machine does.
 * @param {import('playwright-core').Page} page
 * @param {() => Promise<unknown>} act
 */
async function busiest(page, act) {
  const browser = /** @type {import('playwright-core').Browser} */ (page.context().browser());
  await browser.startTracing(page, { categories: ['toplevel', '__metadata'] });
  await act();
  /** @type {{ traceEvents: any[] }} */
  const { traceEvents } = JSON.parse(String(await browser.stopTracing()));
  const threads = traceEvents.filter(({ args }) => args?.name === 'CrRendererMain');
  const tasks = traceEvents.filter(
    ({ name, pid, tid }) =>
      name.endsWith('RunTask') && threads.some((thread) => thread.pid === pid && thread.tid === tid),
  );
  assert.ok(tasks.length > 100, 'the trace has what the page did');
  return Math.round(Math.max(...tasks.map(({ tdur = 0 }) => tdur)) / 1000);
}

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

test('at 400 percent, which leaves 320 pixels, nothing has to be scrolled sideways to be read', async () => {
  const page = await open('Map-reduce', { viewport: { width: 320, height: 256 } });
  await run(page);
  await finished(page);
  for (const tab of ['Result', 'Details', 'Code']) {
    await page.getByRole('tab', { name: tab }).click();
    const [inner, whole] = await page.evaluate(() => [innerWidth, document.documentElement.scrollWidth]);
    assert.ok(whole <= inner, `${tab}: ${whole} of ${inner}`);
  }
});

test('what is written from right to left runs so, in the form and wherever it is shown', async () => {
  const arabic = 'ما هي عاصمة البرتغال؟';
  const { model } = await startModel({ answer: () => 'لشبونة هي العاصمة.' });
  const served = await serveSite(model);
  try {
    const page = await open('Clones', { address: served.address });
    await page.locator('.row input').first().fill(arabic);
    await page.getByLabel('Text', { exact: true }).fill(arabic);
    await run(page);
    await finished(page);
    await page.getByRole('article').first().click();
    const parts = {
      field: page.getByLabel('Text', { exact: true }),
      row: page.locator('.row input').first(),
      bar: page.locator('.bar-name b').first(),
      card: page.locator('.card .answer').first(),
      title: page.locator('.card h3 b').first(),
      details: page.locator('.inspector-title b'),
    };
    for (const [name, part] of Object.entries(parts))
      assert.equal(await part.evaluate((node) => getComputedStyle(node).direction), 'rtl', name);
    assert.equal(
      await page
        .locator('.card .answer')
        .nth(1)
        .evaluate((node) => getComputedStyle(node).textAlign),
      'start',
    );
  } finally {
    await served.stop();
  }
});

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

test('bars and the chosen pattern keep a shape in colours of the person’s own', async () => {
  const page = await open(undefined, { forcedColors: 'active' });
  await run(page);
  await finished(page);
  const style = (/** @type {string} */ selector, /** @type {string} */ name) =>
    page
      .locator(selector)
      .first()
      .evaluate((node, name) => getComputedStyle(node).getPropertyValue(name), name);
  assert.equal(await style('.bar', 'outline-style'), 'solid');
  const [chosen, other] = await Promise.all([
    style('.pattern input:checked + span', 'background-color'),
    style('.pattern input:not(:checked) + span', 'background-color'),
  ]);
  assert.notEqual(chosen, other);
});

test('what has the focus is not hidden under the bar with the buttons', async () => {
  const page = await open(undefined, { viewport: { width: 1280, height: 700 } });
  const hidden = [];
  await page.locator('.row input').first().focus();
  for (let step = 0; step < 16; step++) {
    await page.keyboard.press('Tab');
    const under = await page.evaluate(() => {
      const focused = /** @type {HTMLElement} */ (document.activeElement);
      const bar = /** @type {HTMLElement} */ (document.querySelector('.action-bar'));
      if (bar.contains(focused)) return null;
      const [own, above] = [focused.getBoundingClientRect(), bar.getBoundingClientRect()];
      return own.bottom > above.top + 1 && own.top < above.bottom - 1 ? focused.outerHTML : null;
    });
    if (under) hidden.push(under);
  }
  assert.deepEqual(hidden, []);
});

for (const width of [360, 768, 1440]) {
  test(`nothing jumps while the page loads, ${width} pixels wide`, async () => {
    const page = await open(undefined, { viewport: { width, height: 900 } });
    const shift = await page.evaluate(
      () =>
        new Promise((resolve) => {
          let sum = 0;
          new PerformanceObserver((list) => {
            for (const entry of /** @type {any[]} */ (list.getEntries()))
              if (!entry.hadRecentInput) sum += entry.value;
          }).observe({ type: 'layout-shift', buffered: true });
          setTimeout(() => resolve(sum), 300);
        }),
    );
    console.log(`CLS at ${width}: ${Number(shift).toFixed(3)}`);
    assert.ok(Number(shift) < 0.05, `${shift}`);
  });
}

test('how much faster it was leaves out calls whose answers nobody needed', async () => {
  const page = await open('Vote');
  await run(page);
  await finished(page);
  assert.match(await page.locator('[data-number=faster]').innerText(), /^\d+(\.\d)?× faster$|^–$/);
});

for (const pattern of ['Map-reduce', 'Vote', 'Tools']) {
  test(`nothing that is being read moves through a run: ${pattern}`, async () => {
    const page = await open(pattern, { viewport: { width: 1440, height: 900 } });
    await page.evaluate(`
      window.shifted = 0;
      new PerformanceObserver((list) => {
        for (const { value } of list.getEntries()) window.shifted += value;
      }).observe({ type: 'layout-shift' });
    `);
    await run(page);
    await finished(page);
    const shift = Number(await page.evaluate('window.shifted'));
    console.log(`CLS through a run: ${shift.toFixed(3)}`);
    assert.ok(shift < 0.05, `${shift}`);
    for (const part of ['Timeline', 'Graph', 'Answers', 'More of the run']) {
      const { y = 0, height = 0 } =
        (await page.getByRole('region', { name: part, exact: true }).boundingBox()) ?? {};
      assert.ok(y >= 0 && y + height <= 900, `${part} is on the first screen`);
    }
  });
}

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

test('the timeline is zoomed, moved and shown whole again, its axis with it', async () => {
  const page = await open('Vote');
  await run(page);
  await finished(page);
  const bar = page.locator('.bar-row .bar.good').first();
  const width = () => bar.evaluate((node) => parseFloat(/** @type {HTMLElement} */ (node).style.width));
  const left = () => bar.evaluate((node) => parseFloat(/** @type {HTMLElement} */ (node).style.left));
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
      parseFloat(/** @type {any} */ (document.querySelector('.bar-row .bar.good')).style.left) < before,
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
