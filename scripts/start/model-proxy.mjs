// @ts-check
/**
 * The page's way to the model: the key stays on this side, and no server needs to allow
 * cross-origin requests.
 */

import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';

const requestHeaders = ['accept', 'content-type', 'x-faults'];
/**
 * fetch has undone the encoding, cookies are not for the page, and the rest is about one
 * connection.
 */
const withheld =
  /^(connection|keep-alive|transfer-encoding|content-length|content-encoding|set-cookie|access-control-.*)$/;

/**
 * @param {import('../model.mjs').Model} model
 * @param {string} path  below the model's base URL
 * @param {import('node:http').IncomingMessage} request
 * @param {import('node:http').ServerResponse} response
 */
export async function forwardToModel({ baseURL, apiKey }, path, request, response) {
  const headers = new Headers();
  for (const name of requestHeaders) {
    const value = request.headers[name];
    if (typeof value === 'string') headers.set(name, value);
  }
  if (apiKey) headers.set('authorization', `Bearer ${apiKey}`);

  // When the page gives up, so does the model.
  const abort = new AbortController();
  response.once('close', () => abort.abort());

  const hasBody = request.method !== 'GET' && request.method !== 'HEAD';
  const answer = await fetch(`${baseURL}${path}`, {
    method: request.method,
    headers,
    body: hasBody ? await buffer(request) : undefined,
    redirect: 'error',
    signal: abort.signal,
  });
  response.statusCode = answer.status;
  for (const [name, value] of answer.headers) if (!withheld.test(name)) response.setHeader(name, value);
  response.flushHeaders();
  if (answer.body) await pipeline(Readable.fromWeb(/** @type {any} */ (answer.body)), response);
  else response.end();
}
