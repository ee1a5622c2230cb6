// @ts-check
/**
 * A model server on this machine, scripted by each test: OpenAI's chat completions over real HTTP.
 */

import { createServer } from 'node:http';

/**
 * @typedef {object} Exchange
 * @property {any} body  what was asked
 * @property {import('node:http').IncomingHttpHeaders} headers
 * @property {string} content  the last message's text
 * @property {number} index  how many requests came before
 */

/**
 * Starts a server for one test and stops it at its end.
 * @param {import('node:test').TestContext} test
 * @param {(exchange: Exchange, response: import('node:http').ServerResponse) => unknown} answer
 * @param {(
 *   request: import('node:http').IncomingMessage,
 *   response: import('node:http').ServerResponse,
 * ) => boolean} [meet]  is shown each request first; true where it has answered
 */
export async function startModelServer(test, answer, meet) {
  /** @type {Exchange[]} */
  const requests = [];
  const open = { now: 0, most: 0, cut: 0 };
  const server = createServer(async (request, response) => {
    if (meet?.(request, response)) return;
    open.now += 1;
    open.most = Math.max(open.most, open.now);
    response.on('close', () => {
      open.now -= 1;
      if (!response.writableFinished) open.cut += 1;
    });
    let text = '';
    for await (const piece of request) text += piece;
    const body = JSON.parse(text);
    const exchange = {
      body,
      headers: request.headers,
      content: body.messages?.at(-1).content,
      index: requests.length,
    };
    requests.push(exchange);
    await answer(exchange, response);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  test.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  return { baseURL: `http://127.0.0.1:${port}/v1`, requests, open };
}

/**
 * @param {import('node:http').ServerResponse} response
 * @param {string} content
 * @param {object} [fields]
 */
export function complete(response, content, fields) {
  respond(response, 200, {
    model: 'scripted-model',
    choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 20, completion_tokens: 5, total_tokens: 25 },
    ...fields,
  });
}

/**
 * @param {import('node:http').ServerResponse} response
 * @param {number} status
 * @param {unknown} body
 * @param {Record<string, string>} [headers]
 */
export function respond(response, status, body, headers) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(text);
}

/** @param {number} ms */
export const after = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Waits until something holds, for no longer than a test should take.
 * @param {() => unknown} holds
 */
export async function until(holds) {
  for (let tries = 0; tries < 2_000; tries += 1) {
    if (await holds()) return;
    await after(10);
  }
  throw new Error(`not within 20 s: ${holds}`);
}

/**
 * Streams an answer, piece by piece.
 * @param {import('node:http').ServerResponse} response
 * @param {string[]} pieces
 * @param {number} [gapMs]
 */
export async function stream(response, pieces, gapMs) {
  const send = (/** @type {object} */ chunk) => response.write(`data: ${JSON.stringify(chunk)}\n\n`);
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (const content of pieces) {
    send({ choices: [{ delta: { content } }] });
    if (gapMs !== undefined) await after(gapMs);
  }
  send({ choices: [{ delta: {}, finish_reason: 'stop' }] });
  send({ choices: [], usage: { prompt_tokens: 20, completion_tokens: pieces.length } });
  response.end('data: [DONE]\n\n');
}
