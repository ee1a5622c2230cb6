// @ts-check
/**
 * The packed package's types, in every way that TypeScript resolves modules, with its newest and an
 * older version.
 */

import { join } from 'node:path';
import { test } from 'node:test';
import { project, run } from './project.mjs';

test('the types resolve, strictly checked', async (t) => {
  const folder = await project('typescript');
  for (const compiler of ['typescript', 'typescript-5']) {
    for (const resolution of ['node16', 'nodenext', 'bundler']) {
      await t.test(`${resolution} in ${compiler}`, async () => {
        const tsc = join('node_modules', compiler, 'bin', 'tsc');
        const check = run(folder, process.execPath, [tsc, '--project', `tsconfig.${resolution}.json`]);
        // The compiler says what is wrong on its standard output.
        await check.catch(({ stdout, message }) => {
          throw new Error(stdout || message);
        });
      });
    }
  }
});
