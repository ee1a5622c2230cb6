// @ts-check
/**
 * A model inside the page, with wllama. Serves the page, both packages and the small model of
 * set-up, and opens the page in a browser that nobody sees.
 */

import { createReadStream, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { findBrowser } from '../../scripts/setup/browser.mjs';
import { modelPath } from '../../scripts/setup/local-model.mjs';
import { setup } from '../../scripts/setup.mjs';

export const about = 'Subtasks on a model inside a page (wllama), whatever other model there is';

const here = fileURLToPath(new URL('.', import.meta.url));
const root = join(here, '..', '..');

/** What is served from where. */
const folders = {
  '/parallelization-agent/': join(root, 'pkg'),
  '/wllama/': join(root, 'node_modules', '@wllama', 'wllama', 'esm'),
  '/': here,
};

const types = { '.html': 'text/html', '.js': 'text/javascript', '.wasm': 'application/wasm' };

/**
 * Scripts of this server alone, WebAssembly, and workers that scripts make of text: wllama makes
 * its own of it.
 */
const policy = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self' blob:";

/**
 * @param {import('node:http').IncomingMessage} request
 * @param {import('node:http').ServerResponse} response
 */
async function serve(request, response) {
  const { pathname } = new URL(request.url ?? '/', 'http://localhost');
  const file = pathname === '/model.gguf' ? modelPath : fileAt(pathname === '/' ? '/index.html' : pathname);
  const size = statSync(file, { throwIfNoEntry: false })?.size;
  if (size === undefined) {
    response.writeHead(404).end();
    return;
  }
  const type = types[/** @type {keyof typeof types} */ (extname(file))] ?? 'application/octet-stream';
  response.writeHead(200, {
    'content-type': type,
    'content-length': size,
    'content-security-policy': policy,
  });
  if (request.method === 'HEAD') response.end();
  else await pipeline(createReadStream(file), response);
}

/** @param {string} pathname  as `URL` gives it, which leaves no `..` in it */
function fileAt(pathname) {
  const [lead, folder] = Object.entries(folders).find(([lead]) => pathname.startsWith(lead)) ?? ['/', here];
  return join(folder, pathname.slice(lead.length));
}

/** @returns {Promise<import('parallelization-agent').ProcessResult>} */
export async function run() {
  await setup('model', 'test');
  const server = createServer((request, response) => {
    serve(request, response).catch(() => response.destroy());
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  const browser = await chromium.launch({
    executablePath: findBrowser() ?? undefined,
    args: ['--no-sandbox', '--disable-gpu'],
  });
  try {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${port}/`);
    const done = page.locator('output[data-outcome]');
    const outcome = await done.getAttribute('data-outcome', { timeout: 180_000 });
    const { result, error } = JSON.parse(outcome ?? '{}');
    if (error) throw new Error(error);
    return result;
  } finally {
    await browser.close();
    server.closeAllConnections();
    server.close();
  }
}

/** @param {import('parallelization-agent').ProcessResult} result */
export function print({ results, metadata }) {
  for (const { taskId, status, result } of results) console.log(`${taskId}: ${result ?? status}`);
  console.log(`\n${metadata.totalTokens} tokens in ${Math.round(metadata.processingTimeMs)} ms`);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) print(await run());
