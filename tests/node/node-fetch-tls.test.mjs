// @ts-check
/** `nodeFetch` over TLS with a company's own authority, and through a proxy. */

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import http from 'node:http';
import http2 from 'node:http2';
import https from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { batch, parallelProcess } from 'parallelization-agent';
import { nodeFetch } from 'parallelization-agent/node';
import { execScript } from './exec-script.mjs';
import { complete, startModelServer } from './model-server.mjs';

const one = [{ id: 'a', content: 'x' }];
const certificate = selfSigned();

/**
 * A certificate that is its own authority; made here, so that no private key lies in the
 * repository.
 */
function selfSigned() {
  const folder = mkdtempSync(join(tmpdir(), 'certificate-'));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  const made = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', cert, ...subject];
  try {
    execFileSync('openssl', made, { stdio: 'ignore' });
    return { key: readFileSync(key), cert: readFileSync(cert) };
  } catch {
    return undefined;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const noCertificate = certificate ? false : '`openssl`, which makes the certificate, is not there';

/** @param {import('node:test').TestContext} t */
async function startSecureServer(t) {
  const seen = { handshakes: 0 };
  const server = https.createServer({ ...certificate }, async (request, response) => {
    for await (const _ of request);
    complete(response, 'well kept');
  });
  server.on('secureConnection', () => {
    seen.handshakes += 1;
  });
  await once(server.listen(0, 'localhost'), 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  return Object.assign(seen, { baseURL: `https://localhost:${port}/v1` });
}

test('a server is trusted by the authority that is given, and by no other', {
  skip: noCertificate,
}, async (t) => {
  const server = await startSecureServer(t);
  const { baseURL } = server;
  const fetch = nodeFetch({ ca: certificate?.cert });
  const { results } = await batch(Array(20).fill('x'), { baseURL, fetch, concurrency: 2 });
  assert.ok(results.every(({ result }) => result === 'well kept'));
  assert.ok(server.handshakes <= 2, `${server.handshakes} handshakes for 20 calls`);
  await assert.rejects(
    parallelProcess('t', one, { baseURL, fetch: nodeFetch(), maxRetries: 0 }),
    (/** @type {any} */ { results: [{ error }] }) =>
      error.code === 'NETWORK' && /DEPTH_ZERO_SELF_SIGNED_CERT/.test(error.message),
  );
});

const [major, minor] = process.versions.node.split('.').map(Number);
const noProxies = major > 24 || (major === 24 && minor >= 5) ? false : 'Node has `proxyEnv` from 24.5 on';

test('a server that speaks HTTP/2 alone is told as out of reach', { skip: noCertificate }, async (t) => {
  const server = http2.createSecureServer({ ...certificate }).on('sessionError', () => {});
  await once(server.listen(0, 'localhost'), 'listening');
  t.after(() => server.close());
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  const options = { fetch: nodeFetch({ ca: certificate?.cert }), maxRetries: 0 };
  await assert.rejects(
    parallelProcess('t', one, { ...options, baseURL: `https://localhost:${port}/v1` }),
    (/** @type {any} */ { results: [{ error }] }) => error.code === 'NETWORK' && error.status === undefined,
  );
});

test('a proxy that a variable names is gone through', { skip: noProxies }, async (t) => {
  const server = await startModelServer(t, (_, response) => complete(response, 'from behind'));
  /** @type {string[]} */
  const asked = [];
  const proxy = http.createServer((request, response) => {
    asked.push(String(request.url));
    const onward = http.request(String(request.url), { method: request.method, headers: request.headers });
    onward.on('response', (answer) => {
      response.writeHead(answer.statusCode ?? 0, answer.headers);
      answer.pipe(response);
    });
    request.pipe(onward);
  });
  await once(proxy.listen(0, '127.0.0.1'), 'listening');
  t.after(() => {
    proxy.closeAllConnections();
    proxy.close();
  });
  const { port } = /** @type {import('node:net').AddressInfo} */ (proxy.address());
  const fetch = nodeFetch({ proxyEnv: { HTTP_PROXY: `http://127.0.0.1:${port}` } });
  const { results } = await parallelProcess('t', one, { baseURL: server.baseURL, fetch, aggregate: false });
  assert.equal(results[0].result, 'from behind');
  assert.deepEqual(asked, [`${server.baseURL}/chat/completions`]);
});

test('a proxy that Node would leave out without a word is refused, and not repeated', () => {
  for (const proxy of ['name:secret@127.0.0.1:8080', 'socks5://secret@127.0.0.1', ' http://secret@127.0.0.1'])
    assert.throws(
      () => nodeFetch({ proxyEnv: { HTTPS_PROXY: proxy } }),
      (/** @type {any} */ { message }) =>
        /`HTTPS_PROXY` to begin with/.test(message) && !/secret/.test(message),
    );
});

test('an older Node says that it has no proxies', { skip: !noProxies }, () => {
  assert.throws(() => nodeFetch({ proxyEnv: process.env }), /`proxyEnv` needs Node 24.5 or later; this is v/);
});

test('with NODE_USE_ENV_PROXY, the process’s own are gone through', { skip: noProxies }, async (t) => {
  /** @type {string[]} */
  const asked = [];
  const proxy = http.createServer((request, response) => {
    asked.push(String(request.url));
    response.end('from the proxy');
  });
  await once(proxy.listen(0, '127.0.0.1'), 'listening');
  t.after(() => {
    proxy.closeAllConnections();
    proxy.close();
  });
  const { port } = /** @type {import('node:net').AddressInfo} */ (proxy.address());
  const script = `
    import { nodeFetch } from 'parallelization-agent/node';
    console.log(await (await nodeFetch()('http://behind.test/')).text());
  `;
  const env = { ...process.env, NODE_USE_ENV_PROXY: '1', HTTP_PROXY: `http://127.0.0.1:${port}` };
  assert.equal(await execScript(script, { env }), 'from the proxy\n');
  assert.deepEqual(asked, ['http://behind.test/']);
});
