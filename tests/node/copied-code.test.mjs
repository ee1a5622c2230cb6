// @ts-check
/** What the demo page gives as code runs as it stands, for each of its patterns. */

import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { startSimulated } from '../../scripts/model/simulated.mjs';
import { asCode } from '../../www/src/code.js';
import { patterns } from '../../www/src/patterns/index.js';

/** @type {import('../../scripts/model.mjs').Model} */
let model;
/** Within the repository, where the package's name is known. @type {string} */
let folder;
before(async () => {
  process.env.OPENAI_API_KEY = 'sk-test';
  model = await startSimulated({ pace: 0 });
  folder = await mkdtemp(fileURLToPath(new URL('copied-', import.meta.url)));
});
after(async () => {
  await rm(folder, { recursive: true });
  await model.stop();
});

for (const pattern of patterns) {
  test(`the code of ${pattern.label} runs, and has no key in it`, async (t) => {
    const { args, options } = pattern.call(
      Object.fromEntries(pattern.fields.map(({ name, value }) => [name, value])),
    );
    const server = { baseURL: model.baseURL, model: model.model, apiKey: 'sk-canary', stream: true };
    const code = asCode({
      pattern: pattern.function ?? pattern.name,
      args,
      options: { ...server, ...options },
    });
    assert.doesNotMatch(code, /sk-canary/);
    const file = join(folder, `${pattern.name}.mjs`);
    await writeFile(file, code);
    /** @type {unknown[]} */
    const printed = [];
    t.mock.method(console, 'log', (/** @type {unknown} */ line) => printed.push(line));
    await import(pathToFileURL(file).href);
    const [first, ...rest] = printed;
    assert.deepEqual([first, rest.at(-2)], ['RUN_STARTED', 'RUN_FINISHED']);
    assert.equal(/** @type {any} */ (rest.at(-1)).metadata.failedTasks, 0);
  });
}
