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

/**
 * Serves a page beside the installed package, with a model that greets, and gives the page's title in the end.
 * @param {import('node:test').TestContext} t
 * @param {string} project  where the package is installed
 * @param {{ html: string, script?: string, policy?: string }} page
 */
async function titleOf(t, project, { html, script, policy }) {
  const answer = async (/** @type {string} */ path) => {
    if (path === '/') return { type: 'text/html', body: html };
    if (path === '/main.js') return { type: 'text/javascript', body: script ?? null };
    if (path === '/v1/chat/completions') {
      const choice = { message: { content: 'hello from the page' }, finish_reason: 'stop' };
      return { type: 'application/json', body: JSON.stringify({ choices: [choice] }) };
    }
    const type = types[/** @type {keyof typeof types} */ (extname(path))] ?? 'text/plain';
    return { type, body: await readFile(join(project, path)).catch(() => null) };
  };
  const server = createServer(async (request, response) => {
    const { type, body } = await answer(request.url ?? '/');
    const headers = { 'content-type': type, ...(policy && { 'content-security-policy': policy }) };
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
  await tab.waitForFunction(() => document.title !== '', undefined, { timeout: 20_000 }).catch(() => {});
  const unexpected = errors.filter((text) => !text.includes('favicon') && !text.includes('404'));
  assert.deepEqual(unexpected, []);
  return tab.title();
}

test('the packed package runs in a page', async (t) => {
  const project = installedProject(t);

  await t.test('under a strict content security policy', async (t) => {
    const title = await titleOf(t, project, {
      html: '<!doctype html><title></title><script type="module" src="/main.js"></script>',
      script: `
        import { parallelProcess } from '/node_modules/parallelization-agent/dist/web.js';
        const options = { baseURL: location.origin + '/v1', aggregate: false };
        const { results } = await parallelProcess('t', [{ id: 'a', content: 'hello' }], options);
        document.title = results[0].result;`,
      policy: "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'",
    });
    assert.equal(title, 'hello from the page');
  });

  await t.test('as the README has it', async (t) => {
    const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8');
    const [, snippet] = /^```html\n(.*?)^```/ms.exec(readme) ?? assert.fail('the README has no page');
    const html = snippet
      .replace("baseURL: '…'", "baseURL: location.origin + '/v1'")
      .replace("apiKey: '…'", "apiKey: 'none'")
      .replace('</script>', 'document.title = summary;</script>');
    assert.equal(await titleOf(t, project, { html: `<!doctype html>${html}` }), 'hello from the page');
  });
});
