// @ts-check
/** The files of the built page. */

import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';

const types = new Map(
  Object.entries({
    '.css': 'text/css; charset=utf-8',
    '.html': 'text/html; charset=utf-8',
    '.ico': 'image/x-icon',
    '.js': 'text/javascript; charset=utf-8',
    '.json': 'application/json',
    '.md': 'text/plain; charset=utf-8',
    '.png': 'image/png',
    '.svg': 'image/svg+xml',
    '.txt': 'text/plain; charset=utf-8',
    '.wasm': 'application/wasm',
    '.webp': 'image/webp',
    '.woff2': 'font/woff2',
  }),
);

/** The page may compile WebAssembly and talk to any model server; it runs no script but its own. */
const contentSecurityPolicy = [
  "default-src 'self'",
  "script-src 'self' 'wasm-unsafe-eval'",
  // A model inside the page runs in a worker that its program makes of text.
  "worker-src 'self' blob:",
  'connect-src *',
  "img-src 'self' data:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/**
 * @param {string} folder
 * @param {string} pathname  as `URL` gives it, which leaves no `..` in it
 * @param {import('node:http').ServerResponse} response
 */
export async function serveFile(folder, pathname, response) {
  const path = pathname.endsWith('/') ? `${pathname}index.html` : pathname;
  const type = types.get(extname(path));
  const content = type && (await readFile(join(folder, path)).catch(() => null));
  if (!content) {
    response.writeHead(404, { 'content-type': 'text/plain' }).end('Not found\n');
    return;
  }
  response.writeHead(200, {
    'content-type': type,
    'cache-control': 'no-cache',
    'content-security-policy': contentSecurityPolicy,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
  });
  response.end(content);
}
