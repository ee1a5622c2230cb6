// @ts-check
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { finished, pageForAll } from './world/browser.mjs';
import { serveSite } from './world/site.mjs';

/** As on a static host: files below some path, and nothing else. */
const base = '/some/where/';

/** @type {Awaited<ReturnType<typeof serveSite>>} */
let site;
before(async () => {
  site = await serveSite(null, base);
});
after(() => site.stop());
const open = pageForAll({ hurries: true });

/** What each shows when it is done, besides a bar and an answer for each task. */
const patterns = {
  Subtasks: /Put together.*Not for everyone, not yet/s,
  Prompt: /Put together.*begins with limits/s,
  Sections: /Key points.*someone must choose/s,
  Vote: /\d votes?.*% agree.*voter-7/s,
  'Map-reduce': /Joined in 2 levels.*The city at a glance/s,
  Batch: null,
  Perspectives: /Put together.*not the door-opener/s,
  'Best of N': /candidate-\d: It speaks to the customer/,
  Evaluate: /friendly\s+9.*Total/s,
  Clones: null,
  Guards: /no guard tripped.*harm passed.*press, don’t rub/is,
  Tools: /Put together.*Porto\. It stays dry/s,
};

describe('the example of each runs to its end on the answers recorded for it', () => {
  for (const [name, shows] of Object.entries(patterns)) {
    test(name, async () => {
      const { page, complaints } = await open(site.address);
      await page.getByRole('radio', { name, exact: true }).check();
      const planned = await page.locator('.graph .node title').allTextContents();
      await page.getByRole('button', { name: 'Run', exact: true }).click();
      await finished(page);
      const [done, all] = (await page.locator('[data-number=tasks]').innerText()).split(' / ').map(Number);
      assert.ok(all >= 2 && (done === all || name === 'Vote'), `${done} of ${all}`);
      assert.ok((await page.getByRole('listbox', { name: 'Tasks' }).getByRole('option').count()) >= all);
      const names = await page
        .locator('.bar-name b')
        .evaluateAll((all) => all.map((name) => name.getAttribute('title')));
      assert.deepEqual(
        planned.filter((id) => !names.includes(id)),
        [],
        'what was announced is what ran',
      );
      assert.equal(await page.getByText('[simulated]').count(), 0, 'each prompt has an answer of its own');
      await page.getByText(/^Recorded from .*; pace simulated$/).waitFor();
      if (shows) assert.match(await page.getByRole('region', { name: 'Result' }).innerText(), shows);
      assert.deepEqual(withoutMissingModel(complaints), []);
    });
  }
});

test('a suggestion fills the form of the pattern that it is for, and runs', async () => {
  const { page } = await open(site.address);
  await page.getByRole('button', { name: 'A split vote' }).click();
  assert.ok(await page.getByRole('radio', { name: 'Vote' }).isChecked());
  assert.equal(await page.getByLabel('Question').inputValue(), 'Is remote work better than office work?');
  await finished(page);
});

/**
 * A static host on this computer is asked for a model, and has none.
 * @param {string[]} complaints
 */
function withoutMissingModel(complaints) {
  return complaints.filter((text) => !text.includes('404'));
}
