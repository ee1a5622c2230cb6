// @ts-check
/** The packed package in a page, through the web loader: a plain module script and no bundler. */

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';
import { test } from 'node:test';
import { chromium } from 'playwright-core';
import { installedProject } from './install.mjs';

const types = { '.js': 'text/javascript', '.wasm': 'application/wasm' };
const policy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'";
const page = '<!doctype html><title>a page</title><script type="module" src="/main.js"></script>';
const script = `
  import { parallelProcess } from '/package/web.js';
  const { results } = await parallelProcess('t', [{ id: 'a', content: 'hello' }], {
    baseURL: location.origin + '/v1',
    aggregate: false,
  });
  document.title = results[0].result;`;

/** @param {string} folder  where the package is installed */
function answer(folder) {
  return async (/** @type {string} */ path) => {
    if (path === '/') return { type: 'text/html', body: page };
    if (path === '/main.js') return { type: 'text/javascript', body: script };
    if (path === '/v1/chat/completions') {
      const choice = { message: { content: 'hello from the page' }, finish_reason: 'stop' };
      return { type: 'application/json', body: JSON.stringify({ choices: [choice] }) };
    }
    const type = types[/** @type {keyof typeof types} */ (extname(path))] ?? 'text/plain';
    return { type, body: await readFile(join(folder, path.replace('/package/', ''))).catch(() => null) };
  };
}

test('the packed package runs in a page under a strict content security policy', async (t) => {
  const respond = answer(join(installedProject(t), 'node_modules/parallelization-agent'));
  const server = createServer(async (request, response) => {
    const { type, body } = await respond(request.url ?? '/');
    const headers = { 'content-type': type, 'content-security-policy': policy };
    response.writeHead(body === null ? 404 : 200, headers).end(body ?? '');
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  t.after(() => server.close());
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM,
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'],
  });
  t.after(() => browser.close());
  const tab = await browser.newPage();
  /** @type {string[]} */
  const errors = [];
  tab.on('pageerror', (error) => errors.push(error.message));
  tab.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  await tab.goto(`http://127.0.0.1:${port}/`);
  await tab
    .waitForFunction(() => document.title !== 'a page', undefined, { timeout: 20_000 })
    .catch(() => {});
  assert.equal(await tab.title(), 'hello from the page', errors.join('\n'));
  assert.deepEqual(
    errors.filter((text) => !text.includes('favicon') && !text.includes('404')),
    [],
  );
});
