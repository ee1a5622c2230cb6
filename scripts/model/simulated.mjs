// @ts-check
/**
 * A server that speaks OpenAI's chat completions without a model behind it: its answers are those
 * of the page's simulator. It also fails on purpose where asked to, to show how failures are
 * handled (see faults.mjs).
 */

import { createServer } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { asChunks, asWhole, simulatedModel } from '../../www/src/simulated/completion.js';
import { answerTo } from './answer.mjs';
import { chooseFault, failOnPurpose } from './faults.mjs';

const crossOrigin = {
  'access-control-allow-origin': '*',
  'access-control-allow-headers': '*',
  'access-control-allow-methods': 'GET, POST, OPTIONS',
  'access-control-expose-headers': '*',
};

/**
 * @param {{ pace?: number }} [options]  how long answers take, as a share of their usual time: 0
 *   for at once
 * @returns {Promise<import('../model.mjs').Model>}
 */
export async function startSimulated({ pace = 1 } = {}) {
  const server = createServer((request, response) => {
    for (const [name, value] of Object.entries(crossOrigin)) response.setHeader(name, value);
    // The client going away mid-answer is no failure of this server.
    serve(request, response, pace).catch(() => response.destroy());
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  return {
    kind: 'simulated',
    name: 'simulated answers, no model',
    baseURL: `http://127.0.0.1:${port}/v1`,
    model: simulatedModel,
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

/**
 * @param {import('node:http').IncomingMessage} request
 * @param {import('node:http').ServerResponse} response
 * @param {number} pace
 */
async function serve(request, response, pace) {
  const { pathname } = new URL(`http://localhost${request.url}`);
  if (request.method === 'OPTIONS') response.writeHead(204).end();
  else if (pathname === '/v1/models')
    json(response, 200, { object: 'list', data: [{ id: simulatedModel, object: 'model' }] });
  else if (pathname === '/v1/chat/completions' && request.method === 'POST')
    await complete(request, response, pace);
  else
    json(response, 404, {
      error: { message: `There is no ${request.method} ${pathname}`, type: 'invalid_request_error' },
    });
}

/**
 * @param {import('node:http').IncomingMessage} request
 * @param {import('node:http').ServerResponse} response
 * @param {number} pace
 */
async function complete(request, response, pace) {
  const chat = await readChat(request);
  if (!chat)
    return json(response, 400, {
      error: { message: 'Expected JSON with `messages`', type: 'invalid_request_error' },
    });

  const fault = chooseFault(String(request.headers['x-faults'] ?? ''));
  if (fault && (await failOnPurpose(fault, response))) return;

  const { completion, gapsMs } = answerTo(chat);
  const [firstMs = 0, ...others] = gapsMs.slice(0, completion.pieces.length);
  await delay(firstMs * pace);
  if (!chat.stream) {
    await delay(others.reduce((sum, ms) => sum + ms, 0) * pace);
    return json(response, 200, asWhole(completion));
  }
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
  for (const [index, chunk] of asChunks(completion, chat.stream_options?.include_usage === true).entries()) {
    if (response.destroyed) return;
    if (fault === 'cut' && index > 2) return void response.destroy();
    // The first has no text, and the second what was waited for.
    await delay((others[index - 2] ?? 0) * pace);
    response.write(`data: ${JSON.stringify(chunk)}\n\n`);
  }
  response.end('data: [DONE]\n\n');
}

/**
 * @param {import('node:http').IncomingMessage} request
 * @returns {Promise<import('./answer.mjs').Chat | null>}
 */
async function readChat(request) {
  let text = '';
  for await (const part of request.setEncoding('utf8')) text += part;
  try {
    const chat = JSON.parse(text);
    return Array.isArray(chat?.messages) ? chat : null;
  } catch {
    return null;
  }
}

/**
 * @param {import('node:http').ServerResponse} response
 * @param {number} status
 * @param {unknown} body
 */
function json(response, status, body) {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
