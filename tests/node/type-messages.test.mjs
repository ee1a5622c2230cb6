// @ts-check
/** What TypeScript says of common mistakes: one error, and its first line names the mistake. */

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const root = join(import.meta.dirname, '..', '..');

/** @type {[string, RegExp][]} */
const mistakes = [
  ["batch(['a'], { concurency: 8 })", /'concurency'.* Did you mean to write 'concurrency'\?$/],
  ["new ParallelAgent().batch(['a'], { temprature: 1 })", /'temprature'.* 'temperature'\?$/],
  ["batch([{ id: 'a', contnt: 'x' }])", /'contnt'.* Did you mean to write 'content'\?$/],
  ['batch([7])', /'number' is not assignable to type 'Document \| RequestBody'\.$/],
  ["batch([{ content: 'x', model: 'm' }])", /'string' is not assignable to type 'undefined'\.$/],
  ["batch(['a'], { schema: 'moths' })", /'string' is not assignable to type 'JsonSchema \| StandardSchema/],
  ["batch(['a'], { maxTokens: '9' })", /'string' is not assignable to type 'number'\.$/],
];

test('a mistake in a call of `batch` is one error, which names it', (t) => {
  // It stands within the package's folder, so that the package is found by its name.
  const folder = join(root, 'tests', 'types', 'output', 'mistakes');
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(folder, { recursive: true });
  const lines = mistakes.map(([call]) => `${call};`);
  const source = ["import { batch, ParallelAgent } from 'parallelization-agent';", ...lines].join('\n');
  writeFileSync(join(folder, 'mistakes.ts'), source);
  const config = { extends: '../../../../tsconfig.json', include: ['mistakes.ts'], exclude: [] };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  let said = '';
  try {
    execFileSync(process.execPath, [tsc, '--project', folder, '--pretty', 'false'], { encoding: 'utf8' });
  } catch (error) {
    said = /** @type {{ stdout: string }} */ (error).stdout;
  }
  const errors = said.trimEnd().split('\n');
  for (const [index, [call, words]] of mistakes.entries()) {
    const ofCall = errors.filter((line) => line.includes(`mistakes.ts(${index + 2},`));
    assert.equal(ofCall.length, 1, `${call}: ${said}`);
    assert.match(ofCall[0] ?? '', words, call);
  }
  assert.equal(errors.length, mistakes.length, said);
});
