// @ts-check
/** Every JavaScript snippet of the README runs as it stands, in a process of its own. */

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { complete, startModelServer } from './model-server.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const readme = await readFile(join(root, 'README.md'), 'utf8');
const snippets = [...readme.matchAll(/^```js\n(.*?)^```/gms)].map(([, code]) => code);

/** What each snippet prints, in the order of the README. */
const printed = [
  /methodology completed 25 an answer\n.*discussion completed 25 an answer\nan answer\n[\d.]+ ms instead of/s,
  /^Yes \[.*\] 2 calls saved\nan answer\nan answer\n$/s,
  /^2000 completed an answer\n2001 .*\n2002 .*\n2003 .*\n2004 completed an answer\n$/,
  /^375\n$/,
  /^0\.\d+ 0\.\d+\n$/,
  /^an answer\n 25 tokens\n$/,
  /^true 0\n$/,
  /^3\n$/,
  /options\.concurency .*`concurrency`.*\nsubtasks\[0\]\.dependencies\[0\] There is no subtask `b`/s,
];

test('the README has a snippet for each expectation here', () => {
  assert.equal(snippets.length, printed.length);
});

for (const [index, code] of snippets.entries()) {
  test(`snippet ${index + 1} of the README runs`, async (t) => {
    const server = await startModelServer(t, ({ body }, response) => {
      const said = JSON.stringify(body.messages);
      if (said.includes('Is remote work'))
        return complete(response, '{ "answer": "Yes", "reasoning": "quiet" }');
      if (said.includes('private persons'))
        return complete(response, '{ "tripped": false, "reason": "none" }');
      if (!body.stream) return complete(response, 'an answer');
      const chunk = (/** @type {object} */ fields) => response.write(`data: ${JSON.stringify(fields)}\n\n`);
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      chunk({ choices: [{ delta: { content: 'an ' } }] });
      chunk({ choices: [{ delta: { content: 'answer' }, finish_reason: 'stop' }] });
      chunk({ choices: [], usage: { prompt_tokens: 20, completion_tokens: 5 } });
      response.end('data: [DONE]\n\n');
    });
    // Within the repository, where the package's name is known.
    const folder = await mkdtemp(join(root, 'tests', 'node', 'readme-'));
    t.after(() => rm(folder, { recursive: true }));
    await writeFile(join(folder, 'snippet.mjs'), code);
    const env = { ...process.env, OPENAI_BASE_URL: server.baseURL, OPENAI_API_KEY: 'sk-test' };
    const { stdout } = await promisify(execFile)(process.execPath, ['snippet.mjs'], { cwd: folder, env });
    assert.match(stdout, printed[index]);
  });
}
