// @ts-check
/** A model server that says what a test wants it to say. It lets no page of another origin in. */

import { createServer } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * @typedef {object} Script
 * @property {(prompt: string) => string | string[]} [answer]  in pieces, with a pause after each
 * @property {number} [status]  of every answer, where it is to fail
 * @property {(prompt: string) => boolean} [refuses]  which prompts are answered with a 400
 * @property {number | ((prompt: string) => number)} [waitMs]  before the first byte
 * @property {(prompt: string) => Promise<unknown> | null} [holds]  what a prompt's answer waits for
 * @property {boolean | ((prompt: string) => boolean)} [hangs]  whether the stream goes on for ever
 */

/** Longer than the page takes to draw a piece. */
const pauseMs = 150;

/** @param {Script} script  may be changed as the test goes on */
export async function startModel(script) {
  const seen = { requests: 0, open: 0, headers: /** @type {any} */ ({}) };
  const server = createServer((request, response) => {
    seen.requests += 1;
    seen.open += 1;
    seen.headers = request.headers;
    response.once('close', () => {
      seen.open -= 1;
    });
    speak(script, request, response).catch(() => response.destroy());
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  return {
    seen,
    model: {
      kind: 'configured',
      name: 'a scripted model',
      baseURL: `http://127.0.0.1:${port}/v1`,
      model: 'scripted',
      async stop() {
        const closed = new Promise((resolve) => server.close(resolve));
        server.closeAllConnections();
        await closed;
      },
    },
  };
}

/**
 * @param {Script} script
 * @param {import('node:http').IncomingMessage} request
 * @param {import('node:http').ServerResponse} response
 */
async function speak(script, request, response) {
  if (request.method === 'OPTIONS') {
    response.writeHead(405).end();
    return;
  }
  const { answer = () => 'Fine.', waitMs = 20, hangs = false } = script;
  let body = '';
  for await (const part of request.setEncoding('utf8')) body += part;
  const { messages } = JSON.parse(body);
  const prompt = messages.at(-1).content;
  const status = script.refuses?.(prompt) ? 400 : (script.status ?? 200);
  await script.holds?.(prompt);
  await delay(typeof waitMs === 'function' ? waitMs(prompt) : waitMs);
  if (status !== 200) {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ error: { message: `The script says ${status}.`, type: 'scripted' } }));
    return;
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const send = (/** @type {object} */ chunk) => response.write(`data: ${JSON.stringify(chunk)}\n\n`);
  for (const [at, content] of [answer(prompt)].flat().entries()) {
    if (at > 0) await delay(pauseMs);
    send({ model: 'scripted', choices: [{ index: 0, delta: { content } }] });
  }
  const goesOn = typeof hangs === 'function' ? hangs(prompt) : hangs;
  while (goesOn && !response.destroyed) {
    send({ model: 'scripted', choices: [{ index: 0, delta: { content: ' and on' } }] });
    await delay(20);
  }
  send({ model: 'scripted', choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] });
  send({ choices: [], usage: { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 } });
  response.end('data: [DONE]\n\n');
}
