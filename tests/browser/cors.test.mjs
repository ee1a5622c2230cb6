// @ts-check
/**
 * Faults as a page sees them: its model server is on another origin, and CORS hides every header of
 * the answers.
 */

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { complete, respond, startModelServer, after as wait } from '../node/model-server.mjs';
import { openBrowser } from './world/browser.mjs';

/** @typedef {import('node:http').ServerResponse} Response */

const folder = fileURLToPath(new URL('../../pkg', import.meta.url));
const types = { '.js': 'text/javascript', '.wasm': 'application/wasm' };

const site = createServer(async (request, response) => {
  const path = request.url ?? '/';
  const body = path === '/' ? '<!doctype html>' : await readFile(folder + path).catch(() => null);
  const type = types[/** @type {keyof typeof types} */ (extname(path))] ?? 'text/html';
  response.writeHead(body === null ? 404 : 200, { 'content-type': type }).end(body ?? '');
});

/** @type {import('playwright-core').Browser} */
let browser;
/** @type {import('playwright-core').Page} */
let page;

before(async () => {
  await new Promise((resolve) => site.listen(0, '127.0.0.1', () => resolve(undefined)));
  const { port } = /** @type {import('node:net').AddressInfo} */ (site.address());
  browser = await openBrowser();
  page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${port}/`);
});

after(async () => {
  await browser?.close();
  site.close();
});

/**
 * A model server that lets pages in, and shows them no header.
 * @param {import('node:test').TestContext} t
 * @param {Parameters<typeof startModelServer>[1]} answer
 */
async function startOpenServer(t, answer) {
  /** @type {string[]} */
  const asked = [];
  const server = await startModelServer(t, answer, (request, response) => {
    response.setHeader('access-control-allow-origin', '*');
    if (request.method !== 'OPTIONS') return false;
    asked.push(...(request.headers['access-control-request-headers'] ?? '').split(','));
    response.setHeader('access-control-allow-headers', '*, authorization');
    response.writeHead(204).end();
    return true;
  });
  return Object.assign(server, { asked });
}

/**
 * Runs so many tasks in the page. Gives what they came to, and how it failed.
 * @param {string} baseURL
 * @param {{ count?: number, abortAfterMs?: number, [option: string]: unknown }} [options]
 */
function inPage(baseURL, { count = 1, abortAfterMs = 0, ...options } = {}) {
  const all = { baseURL, apiKey: 'sk-canary', aggregate: false, ...options };
  const run = async (/** @type {any} */ { all, count, abortAfterMs }) => {
    const { parallelProcess } = await import(/** @type {string} */ ('/dist/web.js'));
    const subtasks = Array.from({ length: count }, (_, index) => ({ id: `t${index}`, content: 'x' }));
    const run = parallelProcess('t', subtasks, all);
    if (abortAfterMs > 0) setTimeout(() => run.abort('enough'), abortAfterMs);
    try {
      const { results, metadata } = await run;
      return { results: results.map((/** @type {any} */ { result }) => result), metadata };
    } catch (/** @type {any} */ error) {
      return { name: error.name, code: error.code, message: error.message, cause: error.cause?.code };
    }
  };
  return page.evaluate(run, { all, count, abortAfterMs });
}

/**
 * The time between a first request that is answered as told and the second, which is answered well.
 * @param {import('node:test').TestContext} t
 * @param {(response: Response) => unknown} first
 * @param {Record<string, unknown>} [options]
 */
async function gapAfter(t, first, options) {
  /** @type {number[]} */
  const times = [];
  const server = await startOpenServer(t, ({ index }, response) => {
    times.push(performance.now());
    return index === 0 ? first(response) : complete(response, 'well');
  });
  const { results } = await inPage(server.baseURL, options);
  assert.deepEqual(results, ['well']);
  return times[1] - times[0];
}

describe('where CORS hides the headers', { concurrency: true }, () => {
  test('a wait that cannot be read is a backoff', async (t) => {
    const refuse = (/** @type {Response} */ response) => respond(response, 429, {}, { 'retry-after': '60' });
    const gap = await gapAfter(t, refuse);
    assert.ok(gap >= 240 && gap < 30_000, `waited ${gap} ms`);
  });

  test('a wait in words is kept', async (t) => {
    const error = { message: 'Rate limit reached. Please try again in 1.2s.' };
    const gap = await gapAfter(t, (response) => respond(response, 429, { error }));
    assert.ok(gap >= 1190, `waited ${gap} ms`);
  });

  /** @type {[string, (response: Response) => unknown, Record<string, unknown>?][]} */
  const faults = [
    ['status 500', (response) => respond(response, 500, 'busy')],
    ['a connection that is reset', (response) => response.socket?.resetAndDestroy()],
    ['headers that never come', () => {}, { timeoutMs: 1000 }],
    ['a body that stands still', (response) => response.writeHead(200).write('{'), { timeoutMs: 1000 }],
    [
      'a body that stops short',
      (response) =>
        response.writeHead(200, { 'content-length': '500' }).write('{"choi', () => response.destroy()),
    ],
    [
      'a stream that is cut',
      (response) =>
        response
          .writeHead(200, { 'content-type': 'text/event-stream' })
          .end('data: {"choices":[{"delta":{"content":"half an ans"}}]}\n\n'),
      { stream: true },
    ],
  ];
  for (const [name, fault, options] of faults) {
    test(`${name} is tried again`, async (t) => {
      assert.ok((await gapAfter(t, fault, options)) > 0);
    });
  }

  // Nothing tells the page how long to wait: it has to try often enough to outlast the window.
  test('100 calls against a server that takes 20 in a window lose none', async (t) => {
    const windowMs = 1500;
    let window = { from: 0, taken: 0 };
    let refused = 0;
    const server = await startOpenServer(t, (_, response) => {
      const now = performance.now();
      if (now - window.from >= windowMs) window = { from: now, taken: 0 };
      window.taken += 1;
      if (window.taken <= 20) return complete(response, 'x');
      refused += 1;
      respond(response, 429, {}, { 'retry-after-ms': String(windowMs) });
    });
    const { metadata } = await inPage(server.baseURL, { count: 100, maxRetries: 6 });
    assert.equal(metadata.completedTasks, 100);
    assert.ok(refused > 0, 'the limit was met');
  });
});

test('a page asks for no header that a server may not allow', async (t) => {
  const server = await startOpenServer(t, (_, response) => complete(response, 'well'));
  await inPage(server.baseURL);
  assert.deepEqual([...new Set(server.asked)].sort(), ['authorization', 'content-type']);
});

test('an abort ends the request itself', async (t) => {
  const server = await startOpenServer(t, () => {});
  const { name, code } = await inPage(server.baseURL, { abortAfterMs: 300 });
  assert.deepEqual([name, code], ['AbortError', 'ABORTED']);
  while (server.open.now > 0) await wait(5);
  assert.equal(server.open.cut, server.requests.length);
});

test('a server that lets no page in is named, with what to check', async (t) => {
  const server = await startModelServer(
    t,
    (_, response) => complete(response, 'unseen'),
    (_, response) => {
      response.writeHead(403).end();
      return true;
    },
  );
  const { code, cause, message } = await inPage(server.baseURL, { maxRetries: 0 });
  assert.deepEqual([code, cause], ['RUN_FAILED', 'NETWORK']);
  assert.match(message, /Could not reach 127\.0\.0\.1:\d+: .*\(CORS\)/);
});
