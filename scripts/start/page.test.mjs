// @ts-check
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { modelPath } from '../setup/local-model.mjs';
import { pageServer } from './page.mjs';

const key = 'sk-secret-of-this-test';
const folder = mkdtempSync(join(tmpdir(), 'page-'));

/** @type {import('node:http').IncomingHttpHeaders[]} what the model server was sent */
const seen = [];
const modelServer = createServer((incoming, response) => {
  seen.push(incoming.headers);
  response.writeHead(200, { 'content-type': 'text/plain', 'set-cookie': 'a=b', 'x-request-id': 'r1' });
  response.end(`${incoming.method} ${incoming.url}`);
});
/** @type {import('node:http').Server} */
let server;
let port = 0;

before(async () => {
  writeFileSync(join(folder, 'index.html'), '<!doctype html><title>page</title>');
  writeFileSync(join(folder, 'core.wasm'), 'wasm');
  const baseURL = `http://127.0.0.1:${await listen(modelServer)}/v1`;
  const model = {
    kind: /** @type {const} */ ('configured'),
    name: 'a model',
    baseURL,
    model: 'm',
    apiKey: key,
    stop: async () => {},
  };
  server = pageServer(model, folder);
  port = await listen(server);
});

after(() => {
  for (const each of [server, modelServer]) {
    each.close();
    each.closeAllConnections();
  }
  rmSync(folder, { recursive: true });
});

/**
 * @param {import('node:http').Server} each
 * @returns {Promise<number>}
 */
function listen(each) {
  return new Promise((resolve) => {
    each.listen(0, '127.0.0.1', () =>
      resolve(/** @type {import('node:net').AddressInfo} */ (each.address()).port),
    );
  });
}

/**
 * Not with `fetch`, which lets nobody choose these headers.
 * @param {string} path
 * @param {{ method?: string, headers?: Record<string, string>, body?: string }} [options]
 * @returns {Promise<{
 *   status?: number,
 *   headers: import('node:http').IncomingHttpHeaders,
 *   text: string,
 * }>}
 */
function ask(path, { method = 'GET', headers = {}, body } = {}) {
  return new Promise((resolve, reject) => {
    const outgoing = request({ host: '127.0.0.1', port, path, method, headers }, async (response) => {
      let text = '';
      for await (const part of response.setEncoding('utf8')) text += part;
      resolve({ status: response.statusCode, headers: response.headers, text });
    });
    outgoing.on('error', reject).end(body);
  });
}

test('the page and its core come with their types and a policy that lets no other script in', async () => {
  const page = await ask('/');
  assert.equal(page.headers['content-type'], 'text/html; charset=utf-8');
  assert.match(String(page.headers['content-security-policy']), /script-src 'self' 'wasm-unsafe-eval'/);
  assert.equal((await ask('/core.wasm')).headers['content-type'], 'application/wasm');
});

test('nothing outside the page’s folder is served', async () => {
  for (const path of ['/../page.mjs', '/%2e%2e/page.mjs', '/..%2fpage.mjs', '/missing.js', '//', '/%00']) {
    const { status, text } = await ask(path);
    assert.ok(status === 404 || text.includes('<title>page'), `${path} gave ${status}`);
  }
});

test('the page learns the model and its address, and never the key', async () => {
  const { text } = await ask('/model.json');
  const expected = {
    baseURL: `http://127.0.0.1:${port}/v1`,
    model: 'm',
    kind: 'configured',
    name: 'a model',
  };
  const { file, ...told } = JSON.parse(text);
  assert.deepEqual(told, expected);
  assert.equal(file, existsSync(modelPath) ? '/model.gguf' : undefined, 'the tiny model, where it is');
});

test('a request to the model gets the key, and keeps cookies to itself', async () => {
  seen.length = 0;
  const origin = `http://127.0.0.1:${port}`;
  const headers = {
    origin,
    cookie: 'c=d',
    'sec-fetch-site': 'same-origin',
    'content-type': 'application/json',
  };
  const answer = await ask('/v1/chat/completions?x=1', { method: 'POST', headers, body: '{}' });
  assert.equal(answer.text, 'POST /v1/chat/completions?x=1');
  assert.equal(seen[0]?.authorization, `Bearer ${key}`);
  assert.equal(seen[0]?.cookie, undefined);
  assert.equal(answer.headers['set-cookie'], undefined);
  assert.equal(answer.headers['x-request-id'], 'r1');
});

test('other sites cannot use the model, nor read what it is', async () => {
  seen.length = 0;
  /** @type {Record<string, string>[]} */
  const others = [
    { origin: 'https://elsewhere.example' },
    { origin: 'null' },
    { origin: `http://127.0.0.1:${port + 1}` },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { host: `elsewhere.example:${port}` },
  ];
  for (const headers of others) {
    const { status } = await ask('/v1/models', { headers });
    assert.equal(status, 403, JSON.stringify(headers));
  }
  assert.equal((await ask('/model.json', { headers: { host: 'elsewhere.example' } })).status, 403);
  assert.equal(seen.length, 0);
});

test('a model server that is gone is a bad gateway, and the key is not in the answer', async () => {
  const gone = pageServer(
    {
      kind: 'configured',
      name: '',
      baseURL: 'http://127.0.0.1:9',
      model: '',
      apiKey: key,
      stop: async () => {},
    },
    folder,
  );
  const before = port;
  port = await listen(gone);
  const { status, text } = await ask('/v1/models');
  port = before;
  gone.close();
  assert.equal(status, 502);
  assert.ok(!text.includes(key));
});
