// @ts-check
/**
 * The packed package where frameworks run code: in Next.js, and in the pages that Vitest and Jest
 * simulate.
 */

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { environment } from '../../scripts/command.mjs';
import { startSimulated } from '../../scripts/model/simulated.mjs';
import { openBrowser } from '../browser/world/browser.mjs';
import { frameworkProject, run } from '../packaging/project.mjs';

/** @type {import('../../scripts/model.mjs').Model} */
let model;
before(async () => {
  model = await startSimulated({ pace: 0 });
});
after(() => model.stop());

describe('Vitest', () => {
  for (const page of ['node', 'jsdom', 'happy-dom'])
    for (const pool of ['threads', 'forks', 'vmThreads'])
      for (const INLINE of ['', 'yes'])
        test(`${page} in ${pool}${INLINE && ', the package inlined'}`, async () => {
          const folder = await frameworkProject('vitest');
          const vitest = join(folder, 'node_modules', '.bin', 'vitest');
          const flags = ['run', `--environment=${page}`, `--pool=${pool}`];
          await run(folder, vitest, flags, { MODEL: model.baseURL, INLINE });
        });
});

describe('Jest', () => {
  for (const page of ['node', 'jsdom'])
    test(`${page}, from CommonJS and from modules`, async () => {
      const folder = await frameworkProject('jest');
      const jest = join(folder, 'node_modules', '.bin', 'jest');
      await run(folder, jest, [`--env=${page}`, '--testMatch=**/*.test.js'], { MODEL: model.baseURL });
      const modules = { NODE_OPTIONS: '--experimental-vm-modules --no-warnings' };
      await run(folder, jest, [`--env=${page}`, '--testMatch=**/*.jest.mjs'], modules);
    });
});

for (const bundler of ['turbopack', 'webpack']) {
  test(`Next.js, built with ${bundler}: each visitor’s callbacks see their own request; edge; page`, async (t) => {
    const folder = await frameworkProject('next');
    const next = join(folder, 'node_modules', '.bin', 'next');
    const env = { MODEL: model.baseURL, NEXT_TELEMETRY_DISABLED: '1' };
    await run(folder, next, ['build', `--${bundler}`], env);
    const address = await served(t, folder, next, env);

    const visitors = Array.from({ length: 12 }, (_, index) => `visitor ${index}`);
    const answers = await Promise.all(
      visitors.map(async (visitor) => {
        const answer = await fetch(`${address}/ask`, { headers: { 'x-visitor': visitor } });
        return answer.json();
      }),
    );
    for (const [index, { text, seen }] of answers.entries()) {
      assert.match(text, /^\[simulated\]/);
      assert.deepEqual(seen, [visitors[index]]);
    }
    assert.match(await (await fetch(`${address}/edge`)).text(), /^\[simulated\]/);
    assert.match(await shown(t, `${address}/?model=${model.baseURL}`), /^\[simulated\]/);
  });
}

/**
 * @param {import('node:test').TestContext} t
 * @param {string} folder
 * @param {string} next
 * @param {Record<string, string>} env
 */
async function served(t, folder, next, env) {
  const port = await freePort();
  const options = { cwd: folder, env: { ...environment(), ...env }, detached: true };
  const server = spawn(next, ['start', '--port', String(port)], options);
  // Next.js starts another process, which would stay.
  t.after(() => process.kill(-(server.pid ?? assert.fail())));
  await new Promise((resolve, reject) => {
    server.stdout.on('data', (piece) => String(piece).includes('Ready') && resolve(undefined));
    server.on('exit', () => reject(new Error('Next.js ended')));
  });
  return `http://127.0.0.1:${port}`;
}

/** @returns {Promise<number>} */
function freePort() {
  const server = createServer();
  return new Promise((resolve) =>
    server.listen(0, '127.0.0.1', () => {
      const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
      server.close(() => resolve(port));
    }),
  );
}

/**
 * @param {import('node:test').TestContext} t
 * @param {string} address
 */
async function shown(t, address) {
  const browser = await openBrowser();
  t.after(() => browser.close());
  const page = await browser.newPage();
  await page.goto(address);
  const main = page.locator('main:not(:empty)');
  return main.innerText({ timeout: 20_000 });
}
