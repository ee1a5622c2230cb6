// @ts-check
/** What the page draws of a run, by the drawing and not by its words alone. */

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, test } from 'node:test';
import { formSoFar } from '../../www/src/stage/form-so-far.js';
import { finished, pageForAll } from './world/browser.mjs';
import { startModel } from './world/model.mjs';
import { serveSite } from './world/site.mjs';

const openPage = pageForAll();

/**
 * The page in front of a model that says so, with a pattern chosen.
 * @param {import('node:test').TestContext} t
 * @param {string} pattern
 * @param {import('./world/model.mjs').Script} script
 */
async function open(t, pattern, script) {
  const { model } = await startModel(script);
  const site = await serveSite(model);
  t.after(() => site.stop());
  const { page } = await openPage(site.address);
  await page.getByRole('radio', { name: pattern, exact: true }).check();
  return page;
}

/** @param {import('playwright-core').Page} page */
const run = (page) => page.getByRole('button', { name: 'Run', exact: true }).click();

describe('the page draws', () => {
  test('ballots, and a tally of them with the winner ahead', async (t) => {
    let asked = 0;
    const answer = () => JSON.stringify({ reasoning: 'So it is.', answer: asked++ % 5 === 1 ? 'No' : 'Yes' });
    const page = await open(t, 'Vote', { answer });
    await run(page);
    await finished(page);
    const result = page.getByRole('region', { name: 'Result' });
    assert.equal(await result.locator('.winner').innerText(), 'Yes');
    assert.equal(await result.getByRole('list', { name: 'Ballots' }).getByRole('listitem').count(), 7);
    const tally = result.locator('.meter');
    const votes = (await tally.locator('.meter-value').allInnerTexts()).map((text) => parseInt(text, 10));
    const widths = await tally
      .locator('.meter-fill')
      .evaluateAll((fills) => fills.map((fill) => fill.getBoundingClientRect().width));
    assert.ok(votes[0] >= 4, `${votes} votes: enough to win`);
    for (const [at, width] of widths.entries())
      assert.ok(Math.abs(width / widths[0] - votes[at] / votes[0]) < 0.05, `${widths} for ${votes}`);
  });

  test('the tree of a map-reduce, each level after what it joins', async (t) => {
    const page = await open(t, 'Map-reduce', {});
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

  test('a guard that trips: the answer is cancelled, and withheld', async (t) => {
    const page = await open(t, 'Guards', {
      answer: (prompt) =>
        prompt.includes('JSON') ? '{"tripped": true, "reason": "It is not safe."}' : 'A secret.',
      hangs: (prompt) => !prompt.includes('JSON'),
    });
    await run(page);
    await finished(page);
    const result = page.getByRole('region', { name: 'Result' });
    await result.getByText(/^Blocked by (harm|secrets|topic): the answer was cancelled/).waitFor();
    const verdicts = result.getByRole('list', { name: 'Verdicts' });
    assert.match(
      await verdicts.locator('[data-status=tripped]').first().innerText(),
      /tripped: It is not safe\./,
    );
    assert.equal(
      await verdicts.getByText('was cut short').count(),
      2,
      'the others were not asked any longer',
    );
    await page.getByRole('option', { name: /^answer .*cancelled/ }).waitFor();
    assert.doesNotMatch(await page.locator('#page').innerText(), /A secret/);
  });

  test('how many calls were under way, as a line as high as the most of them', async (t) => {
    const page = await open(t, 'Subtasks', { waitMs: 200 });
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
    const page = await open(t, 'Subtasks', {});
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

  test('an answer as it comes', async (t) => {
    const page = await open(t, 'Subtasks', { hangs: true });
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
    const page = await open(t, 'Vote', { answer: () => '{"reasoning": "They go on', hangs: true });
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

  test('what the run cost, by the prices that were given', async (t) => {
    const page = await open(t, 'Subtasks', {});
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
    const page = await open(t, 'Subtasks', {});
    await page.locator('summary', { hasText: 'Model' }).click();
    await page.locator('summary', { hasText: 'Limits' }).click();
    await page.getByLabel('Endpoint').selectOption({ label: 'OpenAI' });
    const price = page.getByLabel('Price of a million tokens read');
    assert.equal(await price.inputValue(), '0.4');
    await page.getByLabel('Model', { exact: true }).fill('another');
    assert.equal(await price.inputValue(), '');
  });

  test('the path that decided the time, under its bars and in the graph', async (t) => {
    const page = await open(t, 'Subtasks', {
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

  test('how it goes, for those who hear the page: now and then, and at the end', async (t) => {
    const page = await open(t, 'Subtasks', { waitMs: 200 });
    await page.evaluate(`
      window.heard = [];
      window.since = performance.now();
      new MutationObserver(() => window.heard.push(document.querySelector('.standing [role=status]').textContent))
        .observe(document.querySelector('.standing [role=status]'), { childList: true, characterData: true, subtree: true });
    `);
    await run(page);
    await finished(page);
    const heard = /** @type {string[]} */ (await page.evaluate('window.heard'));
    assert.match(heard.at(-1) ?? '', /^Done in/);
    assert.match(heard[0], /^(Starting|Running)/);
    const tookMs = Number(await page.evaluate('performance.now() - window.since'));
    assert.ok(heard.length <= tookMs / 4000 + 3, `${heard.length} announcements in ${tookMs} ms: ${heard}`);
  });

  test('each kind of event that there is: what it tells stands somewhere', async (t) => {
    const table = await readFile(new URL('../../docs/reference/events.md', import.meta.url), 'utf8');
    const customs = [...table.matchAll(/^\| `([a-z]\w+)` \| .* \| (.*) \|$/gm)].map(([, name, fields]) => ({
      name,
      fields: [...fields.matchAll(/`(\w+)`/g)].map(([, field]) => field),
    }));
    assert.ok(customs.length >= 9, 'the reference lists them');
    /** @type {Record<string, unknown>} */
    const values = { taskId: 'a', attempt: 1, status: 'held', waitMs: 1200, pauseMs: 700, tokens: 1234 };
    const ofA = { subagentRunId: 'r/a', taskId: 'a', toolCallId: 't', messageId: 'm' };
    const events = [
      { type: 'RUN_STARTED', runId: 'r', threadId: 't', timestamp: 1000 },
      { type: 'STATE_SNAPSHOT', snapshot: { totalTokens: 0 } },
      { type: 'ACTIVITY_SNAPSHOT', content: row('a', 'waiting') },
      { type: 'SUBAGENT_STARTED', name: 'a', ...ofA },
      { type: 'STEP_STARTED', stepName: 'x' },
      { type: 'REASONING_START', ...ofA },
      { type: 'REASONING_MESSAGE_START', ...ofA },
      { type: 'REASONING_MESSAGE_CONTENT', delta: 'I wonder.', ...ofA },
      { type: 'REASONING_MESSAGE_END', ...ofA },
      { type: 'REASONING_END', ...ofA },
      { type: 'TOOL_CALL_START', toolCallName: 'weather', ...ofA },
      { type: 'TOOL_CALL_ARGS', delta: '{"city":"Porto"}', ...ofA },
      { type: 'TOOL_CALL_END', ...ofA },
      { type: 'TOOL_CALL_RESULT', content: 'it rains', ...ofA },
      { type: 'TEXT_MESSAGE_START', ...ofA },
      { type: 'TEXT_MESSAGE_CONTENT', delta: 'Half an answer', ...ofA },
      ...customs.map(({ name, fields }) => ({
        type: 'CUSTOM',
        name,
        value: Object.fromEntries(fields.map((field) => [field, values[field] ?? `the ${field}`])),
      })),
      { type: 'TEXT_MESSAGE_END', ...ofA },
      { type: 'TEXT_MESSAGE_START', ...ofA },
      { type: 'TEXT_MESSAGE_CONTENT', delta: 'A whole answer', ...ofA },
      { type: 'STATE_DELTA', delta: [{ op: 'replace', path: '/totalTokens', value: 321 }] },
      { type: 'ACTIVITY_DELTA', patch: [{ op: 'replace', path: '/results/0/attempts', value: 7 }] },
      { type: 'SUBAGENT_FINISHED', ...ofA },
      { type: 'SUBAGENT_STARTED', name: 'summary', subagentRunId: 'r/own', taskId: 'summary' },
      { type: 'CUSTOM', name: 'retry', value: { taskId: 'summary', attempt: 1, code: 'TIMEOUT', waitMs: 5 } },
      {
        type: 'SUBAGENT_ERROR',
        subagentRunId: 'r/own',
        taskId: 'summary',
        code: 'TIMEOUT',
        message: 'Too late.',
      },
      { type: 'STEP_FINISHED', stepName: 'x' },
      { type: 'RUN_FINISHED', timestamp: 3000, outcome: { type: 'success' } },
      { type: 'RUN_ERROR', timestamp: 3000, message: 'Lost.', code: 'RUN_FAILED' },
    ].map((event, index) => ({ timestamp: 1000 + 10 * index, ...event }));
    const known = await readFile(new URL('../../src/event.rs', import.meta.url), 'utf8');
    const variants = /pub enum Event<.*?^}/ms.exec(known)?.[0] ?? '';
    // Those of thoughts have names of their own.
    const all = [...variants.matchAll(/^ {4}([A-Z]\w+) \{/gm)]
      .map(([, name = '']) => name.replaceAll(/(?!^)[A-Z]/g, '_$&').toUpperCase())
      .filter((name) => name !== 'REASONING');
    assert.ok(all.length > 15, `${all}`);
    assert.deepEqual(
      all.filter((type) => !events.some((event) => event.type === type)),
      [],
    );

    const page = await open(t, 'Subtasks', {});
    const show = (/** @type {object[]} */ some) =>
      page.locator('input[type=file]').setInputFiles({
        name: 'run.json',
        mimeType: 'application/json',
        buffer: Buffer.from(JSON.stringify({ pattern: 'parallelProcess', events: some })),
      });
    await show(events.slice(0, -1));
    await page.locator('.status', { hasText: 'Done in 2.0 s, 1 failed' }).waitFor();
    assert.equal(await page.locator('[data-number=tokens]').innerText(), '321');
    assert.match(await page.getByRole('list', { name: 'Tools' }).innerText(), /weather for a/);
    assert.equal(await page.locator('.card .answer').first().innerText(), 'A whole answer');
    const told = page.getByRole('list', { name: 'What the run tells' });
    assert.match(await told.innerText(), /the shared limiter is held \(the message\)/);
    await page.getByRole('option', { name: /^a / }).click();
    const details = await page.getByRole('tabpanel', { name: 'Details' }).innerText();
    const marks = page.getByRole('option', { name: /^a / }).locator('.note');
    assert.equal(await marks.count(), 6, 'a hedge, the budget and the like are marked on the bar');
    for (const words of [/I wonder\./, /weather\({"city":"Porto"}\)/, /→ it rains/, /Attempts\s*7/])
      assert.match(details, words);
    for (const { name, fields } of customs)
      if (fields.includes('taskId'))
        assert.doesNotMatch(details, new RegExp(`s ${name}, `), 'has words of its own');
    assert.equal(
      await page.locator('.attempts li').count(),
      customs.filter(({ fields }) => fields.includes('taskId')).length + 1,
    );
    const kinds = await page
      .getByRole('option', { name: /^summary/ })
      .locator('.bar')
      .evaluateAll((bars) => bars.map(({ className }) => className));
    assert.deepEqual(kinds, ['bar running spent', 'bar retrying ', 'bar running spent']);
    await page.getByRole('option', { name: /^summary/ }).click();
    await page.getByRole('tabpanel', { name: 'Details' }).getByText('Too late.').waitFor();

    await show([...events.slice(0, 6), events.at(-1) ?? {}]);
    await page.locator('.status', { hasText: 'Failed' }).waitFor();
    await show([
      ...events.slice(0, 3),
      ...customs
        .filter(({ name }) => name === 'rateLimit')
        .map(({ name }) => ({ type: 'CUSTOM', name, value: { model: 'gpt', pauseMs: 700 } })),
    ]);
    await told.getByText('the limit of gpt is reached: its calls wait 700 ms').waitFor();
  });

  test('what the limits let through and hold back at the moment', async (t) => {
    const page = await open(t, 'Batch', { hangs: true });
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

  test('an arrow to each bar from the one that let it begin, and all those of the chosen one', async (t) => {
    const page = await open(t, 'Subtasks', {
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
});

/**
 * The table of a run with one task.
 * @param {string} id
 * @param {string} status
 */
function row(id, status) {
  return {
    strategy: 'parallelProcess',
    status: 'running',
    results: [{ id, type: 'x', status, dependencies: [] }],
  };
}
