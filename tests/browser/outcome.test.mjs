// @ts-check
/** What a run comes to, and how its parts are shown. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { finished } from './world/browser.mjs';
import { examplePage, run, scriptedPage } from './world/opened.mjs';

const open = examplePage();
const openScripted = scriptedPage();

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

test('ballots, and a tally of them with the winner ahead', async (t) => {
  let asked = 0;
  const answer = () => JSON.stringify({ reasoning: 'So it is.', answer: asked++ % 5 === 1 ? 'No' : 'Yes' });
  const page = await openScripted(t, 'Vote', { answer });
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
  const ballot = page.locator('.card[data-state=completed] .answer').first();
  assert.match(await ballot.innerText(), /^answer\s+(Yes|No)\s+reasoning/, 'what it says, and then why');
  for (const [at, width] of widths.entries())
    assert.ok(Math.abs(width / widths[0] - votes[at] / votes[0]) < 0.05, `${widths} for ${votes}`);
});

for (const [way, shows] of /** @type {const} */ ([
  ['judge', /^Yes\s.*leans towards yes\.\s/s],
  ['rubric', /^Yes\n.*voter-\d Yes scored 6\.5/s],
])) {
  test(`a vote by ${way} plays what was recorded for it, and shows how it was won`, async () => {
    const page = await open('Vote');
    await page.getByLabel('The winner is found by').selectOption(way);
    const planned = await page.locator('.graph .node').count();
    if (way === 'rubric') await page.locator('.graph text', { hasText: '7: well argued' }).waitFor();
    await run(page);
    await finished(page);
    assert.match(await page.locator('.outcome .votes').innerText(), shows);
    assert.equal(await page.getByText('[simulated]').count(), 0);
    assert.equal(await page.locator('.graph .node').count(), planned, 'what was announced is what ran');
  });
}

test('while ballots come in, a vote says what is done with them', async (t) => {
  const page = await openScripted(t, 'Vote', { answer: () => '{"answer": "Yes"', hangs: true });
  await page.getByLabel('The winner is found by').selectOption('judge');
  await run(page);
  await page.getByText('7 ballots still out, then a judge chooses among the answers.').waitFor();
  await page.getByRole('button', { name: 'Stop' }).click();
});

test('a guard that trips: the answer is cancelled, and withheld', async (t) => {
  const page = await openScripted(t, 'Guards', {
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
  assert.equal(await verdicts.getByText('was cut short').count(), 2, 'the others were not asked any longer');
  await page.getByRole('option', { name: /^answer .*cancelled/ }).waitFor();
  assert.doesNotMatch(await page.locator('#page').innerText(), /A secret/);
});

test('a summary streams as text, though a form is asked for, and stands before its key points', async (t) => {
  const page = await open('Sections');
  await run(page);
  await finished(page);
  const order = /Put together.*AI systems rest on data.*Key points.*Consent and anonymisation/s;
  assert.match(await page.getByRole('region', { name: 'Result' }).innerText(), order);

  const slow = await openScripted(t, 'Sections', {
    answer: (prompt) => (prompt.includes('keyPoints') ? '{"summary": "They go on' : 'A section.'),
    hangs: (prompt) => prompt.includes('keyPoints'),
  });
  await run(slow);
  const result = slow.getByRole('region', { name: 'Result' });
  await result.getByText(/^They go on and on/).waitFor();
  await slow.getByRole('button', { name: 'Stop' }).click();
});

test('what joins all of a map-reduce streams into the result', async (t) => {
  const page = await openScripted(t, 'Map-reduce', {
    answer: (prompt) => (prompt.includes('document-1 to document-3') ? 'They go on' : 'One of them.'),
    hangs: (prompt) => prompt.includes('document-1 to document-3'),
  });
  await run(page);
  await page
    .getByRole('region', { name: 'Result' })
    .getByText(/^They go on and on/)
    .waitFor();
  await page.getByRole('button', { name: 'Stop' }).click();
});
