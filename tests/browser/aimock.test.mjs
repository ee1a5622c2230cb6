// @ts-check
/**
 * All formats, streamed and whole, from a page to a third party's mock of the providers at another
 * origin.
 */

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { pkg, root } from '../../scripts/paths.mjs';
import { check } from '../aimock/expectations.mjs';
import { key, startMock } from '../aimock/mock.mjs';
import { providers } from '../aimock/runs.mjs';
import { openBrowser } from './world/browser.mjs';

const types = { '.js': 'text/javascript', '.mjs': 'text/javascript', '.wasm': 'application/wasm' };

/** @type {Awaited<ReturnType<typeof startMock>>} */
let mock;
/** @type {import('playwright-core').Browser} */
let browser;
/** The built package and the runs, and a page without anything. */
const site = createServer(async (request, response) => {
  const { pathname } = new URL(request.url ?? '/', 'http://localhost');
  const file = pathname.startsWith('/pkg/') ? join(pkg, pathname.slice(5)) : join(root, pathname);
  const type = types[/** @type {keyof typeof types} */ (extname(pathname))];
  const body = type ? await readFile(file).catch(() => null) : '<!doctype html><title>page</title>';
  response.writeHead(body === null ? 404 : 200, { 'content-type': type ?? 'text/html' }).end(body ?? '');
});

before(async () => {
  [mock, browser] = await Promise.all([startMock(), openBrowser()]);
  await new Promise((resolve) => site.listen(0, '127.0.0.1', () => resolve(undefined)));
});
after(async () => {
  await browser.close();
  site.closeAllConnections();
  site.close();
  await mock.stop();
});

// At the same time, since they wait most of it: the mock tells them apart by the header that each
// sends.
describe('a page runs well against each', { concurrency: true }, () => {
  for (const provider of providers) {
    for (const stream of [false, true]) {
      test(`${provider}, ${stream ? 'streamed' : 'whole'}`, { timeout: 60_000 }, async () => {
        const { port } = /** @type {import('node:net').AddressInfo} */ (site.address());
        const page = await browser.newPage();
        await page.goto(`http://127.0.0.1:${port}/`);
        const outcome = await page.evaluate(
          async (where) => {
            const [api, { runAll }] = await Promise.all(
              ['/pkg/dist/web.js', '/tests/aimock/runs.mjs'].map((address) => import(address)),
            );
            return runAll(api, where);
          },
          { url: mock.url, key, provider, stream },
        );
        const requests = mock
          .getRequests()
          .filter(({ headers }) => headers['x-test-id'] === `${provider} ${stream}`);
        check(outcome, requests, { provider, stream, inPage: true });
        const origins = requests.map(({ headers }) => headers.origin);
        assert.deepEqual([...new Set(origins)], [`http://127.0.0.1:${port}`], 'asked across origins');
        await page.close();
      });
    }
  }
});
