// @ts-check
/**
 * Every snippet of `docs/guide/tracing.md` runs as it stands; its spans reach a server that takes
 * OTLP, by OpenTelemetry's own exporter.
 */

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { complete, startModelServer } from './model-server.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const page = await readFile(join(root, 'docs', 'guide', 'tracing.md'), 'utf8');
const snippets = [...page.matchAll(/^```js\n(.*?)^```/gms)].map(([, code]) => code);

/**
 * What a snippet prints.
 * @param {import('node:test').TestContext} t
 * @param {string} code
 * @param {NodeJS.ProcessEnv} [more]
 */
async function printed(t, code, more) {
  const server = await startModelServer(t, (_, response) => complete(response, 'It flies.'));
  const folder = await mkdtemp(join(root, 'tests', 'node', 'tracing-'));
  t.after(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'snippet.mjs'), code);
  const env = { ...process.env, OPENAI_BASE_URL: server.baseURL, OPENAI_API_KEY: 'sk-test', ...more };
  const { stdout } = await promisify(execFile)(process.execPath, ['snippet.mjs'], { cwd: folder, env });
  return stdout;
}

test('spans reach the server that the environment names, with its headers', async (t) => {
  /** @type {{ path: string | undefined, team: unknown, spans: any[] }[]} */
  const received = [];
  const collector = createServer(async (request, response) => {
    const { resourceSpans } = /** @type {any} */ (await json(request));
    const spans = resourceSpans.flatMap((/** @type {any} */ { scopeSpans }) => scopeSpans[0].spans);
    received.push({ path: request.url, team: request.headers['x-honeycomb-team'], spans });
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  }).listen(0, '127.0.0.1');
  t.after(() => collector.close());
  await new Promise((resolve) => collector.once('listening', resolve));
  const { port } = /** @type {import('node:net').AddressInfo} */ (collector.address());
  const stdout = await printed(t, snippets[0], {
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}/api`,
    OTEL_EXPORTER_OTLP_HEADERS: 'x-honeycomb-team=the-key',
  });
  assert.equal(stdout, '2 answers\n');
  assert.equal(received.length, 1);
  const [{ path, team, spans }] = received;
  assert.deepEqual([path, team], ['/api/v1/traces', 'the-key']);
  const names = spans.map(({ name }) => name).sort();
  const model = names.find((name) => name.startsWith('chat '));
  assert.deepEqual(names, [model, model, 'invoke_workflow batch', 'task input-1', 'task input-2']);
  assert.equal(new Set(spans.map(({ traceId }) => traceId)).size, 1);
});

test('the snippet of the dashboard prints how far the limit is used', async (t) => {
  assert.match(await printed(t, snippets[1]), /^0\.004\n$/m);
});

test('the snippet of the channels prints each attempt', async (t) => {
  assert.match(await printed(t, snippets[2]), /^input-1 \S+ after \d+ ms: \d+\n$/);
});

test('the page has no other snippets', () => assert.equal(snippets.length, 3));
