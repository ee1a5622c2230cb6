// @ts-check
/**
 * Every program of the documentation compiles under `strict`, runs, and prints what its page says.
 */

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { startModel } from './model.mjs';
import { snippets } from './pages.mjs';

const execute = promisify(execFile);
const root = join(import.meta.dirname, '..', '..');
const output = join(import.meta.dirname, 'output');
const all = snippets();

/** Where the programs run, beside the files that they read. */
const place = join(output, 'place');

/** @param {string} name */
const compiled = (name) => join(output, 'run', `${name}.mjs`);

/** What the compiler has to say of each program. */
async function compile() {
  rmSync(output, { recursive: true, force: true });
  mkdirSync(output);
  for (const { name, code } of all) writeFileSync(join(output, `${name}.mts`), `${code}export {};\n`);
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const project = join(import.meta.dirname, 'tsconfig.json');
  const { stdout } = await execute(process.execPath, [tsc, '--project', project], { cwd: output }).catch(
    (error) => error,
  );
  return String(stdout);
}

/** @param {string[]} files */
async function runAll(files) {
  cpSync(join(import.meta.dirname, 'files'), place, { recursive: true });
  const model = await startModel();
  const report = join(output, 'report.json');
  const env = { ...process.env, OPENAI_BASE_URL: model.baseURL, OPENAI_API_KEY: 'sk-test' };
  try {
    await execute(process.execPath, [join(import.meta.dirname, 'run.mjs'), report, ...files], {
      cwd: place,
      env,
      timeout: 300_000,
    });
    return { outcomes: JSON.parse(readFileSync(report, 'utf8')), cut: model.cut.join('\n') };
  } finally {
    model.close();
  }
}

const said = await compile();
const running = all.filter(({ mark }) => !['no-run', 'test'].includes(mark));
const { outcomes, cut } = await runAll(running.map(({ name }) => compiled(name)));

for (const { name, where, mark, prints } of all) {
  test(`${where} ${mark === 'no-run' ? 'compiles' : 'compiles, runs and prints what the page says'}`, async () => {
    const errors = said.split('\n').filter((line) => line.startsWith(`${name}.mts`));
    assert.deepEqual(errors, []);
    if (mark === 'no-run') return;
    if (mark === 'test') return void (await execute(process.execPath, ['--test', compiled(name)]));
    const { printed, error } = outcomes[`${name}.mjs`];
    assert.equal(error, undefined);
    if (prints !== null) assert.match(printed, patternOf(prints), `it printed:\n${printed}`);
    if (mark === 'serves') assert.ok(cut.includes(name), 'a visitor who left has ended no call');
  });
}

test('the compiler says nothing else', () => {
  const names = all.map(({ name }) => `${name}.mts`);
  const others = said
    .split('\n')
    .filter((line) => /error TS/.test(line) && !names.some((name) => line.startsWith(name)));
  assert.deepEqual(others, []);
});

/** `…` stands for whatever a run of one's own prints there. @param {string} text */
function patternOf(text) {
  const literal = text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${literal.replaceAll('…', '.*?')}$`, 's');
}
