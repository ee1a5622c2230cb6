// @ts-check
/** What the demo page gives as code runs as it stands, for each of its patterns. */

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startSimulated } from '../../scripts/model/simulated.mjs';
import { asCode } from '../../www/src/code.js';
import { patterns } from '../../www/src/patterns/index.js';

/** @type {import('../../scripts/model.mjs').Model} */
let model;
/** Within the repository, where the package's name is known. @type {string} */
let folder;
before(async () => {
  model = await startSimulated({ pace: 0 });
  folder = await mkdtemp(fileURLToPath(new URL('copied-', import.meta.url)));
});
after(async () => {
  await rm(folder, { recursive: true });
  await model.stop();
});

for (const pattern of patterns) {
  test(`the code of ${pattern.label} runs, and has no key in it`, async () => {
    const { args, options } = pattern.call(
      Object.fromEntries(pattern.fields.map(({ name, value }) => [name, value])),
    );
    const server = { baseURL: model.baseURL, model: model.model, apiKey: 'sk-canary', stream: true };
    const code = asCode({ pattern: pattern.name, args, options: { ...server, ...options } });
    assert.doesNotMatch(code, /sk-canary/);
    const file = join(folder, `${pattern.name}.mjs`);
    await writeFile(file, code);
    const env = { ...process.env, OPENAI_API_KEY: 'sk-test' };
    const { stdout } = await promisify(execFile)(process.execPath, [file], { env });
    assert.match(stdout, /^RUN_STARTED\n[\s\S]*RUN_FINISHED\n/);
  });
}
