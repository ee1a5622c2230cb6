// @ts-check
/** The rows of a batch: what they may be, and what is said of those that are wrong. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { batch, mapReduce } from 'parallelization-agent';

const options = {
  complete: (/** @type {import('parallelization-agent').CompleteRequest} */ { messages }) =>
    String(messages.at(-1)?.content).toUpperCase(),
};

test('rows may have further columns, of any kind, but none that is named like a worker’s option', async () => {
  const rows = [{ id: 'a', content: 'x', author: 'me', written: new Date(0), size: 10n, tags: new Set() }];
  const { results } = await batch(rows, options);
  assert.equal(results[0].result, 'X');
  const { results: summaries } = await mapReduce(rows, options);
  assert.equal(summaries[0].status, 'completed');

  async function* source() {
    yield* rows;
  }
  assert.equal((await batch(source(), options)).results[0].result, 'X');

  const mistaken = /** @type {any} */ ([{ content: 'x', model: 'another' }]);
  await assert.rejects(batch(mistaken, options), ({ code, issues }) => {
    assert.equal(code, 'INVALID_INPUT');
    assert.deepEqual(
      issues.map((/** @type {any} */ { path }) => path),
      ['inputs[0].model'],
    );
    return true;
  });
});

test('a wrong row of a source fails alone, and says which it was and what stood there', async () => {
  /** @type {[any, string][]} */
  const rows = [
    [7, 'got `7`'],
    [null, 'got nothing'],
    [' ', 'got a string of blanks'],
    [['a', 'b'], 'got an array of 2'],
    [{ id: 'q', text: 'x', from: 'me' }, 'got an object with the fields `id`, `text`, `from`'],
    [{ content: 9 }, 'got an object whose `content` is `9`'],
  ];
  const source = (function* () {
    yield* rows.map(([row]) => row);
    yield { id: 'good', content: 'x' };
  })();
  const { results } = await batch(source, { complete: () => 'fine' });
  for (const [index, [, words]] of rows.entries()) {
    assert.equal(results[index].error?.code, 'INVALID_INPUT');
    const message = results[index].error?.message ?? '';
    assert.ok(
      message.startsWith(`Expected input ${index + 1} to be a string`) && message.includes(words),
      message,
    );
  }
  assert.equal(results.at(-1)?.result, 'fine');
});
