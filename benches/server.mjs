// @ts-check
/**
 * A server that speaks OpenAI's chat completions, in a process of its own so that its work is
 * nobody else's. What it is to do stands in the prompt, since every client can send one:
 * `latency=50` (milliseconds), `chunks=200`, `gap=5` (between chunks), `answers=yes:8,no:2` (and
 * how likely each), `tail=20:400:0.05` (the usual and the slow latency, and the share of the slow).
 * It looks for these words and parses nothing.
 *
 * Its parent is sent `{ baseURL }`; it sends `{ reset: true, limit? }` and gets what was seen since
 * the last time.
 */

import { createServer } from 'node:http';
import { random } from './random.mjs';

/** @typedef {{ requests: number, windowMs: number }} Limit  for each key, in any window */
/** @typedef {{ requests: number, refused: number, cut: number, tokens: number }} Sums */
/** @typedef {Sums & { firstAtMs: number | null }} Seen */

const prompt = 40;
const answerTokens = 60;
const sentence = 'The moths came at dusk and left before dawn, as they had done every night of that summer. ';
const text = sentence.repeat(3);

/** @type {Limit | undefined} */
let limit;
/** @type {Map<string, number[]>} */
let log = new Map();
let seen = nothing();
let chance = random(1);

/** @returns {Seen} */
function nothing() {
  return { requests: 0, refused: 0, cut: 0, tokens: 0, firstAtMs: null };
}

const server = createServer((request, response) => {
  seen.firstAtMs ??= performance.timeOrigin + performance.now();
  seen.requests += 1;
  let body = '';
  request.setEncoding('latin1').on('data', (piece) => {
    body += piece;
  });
  request.on('end', () => serve(request.headers.authorization ?? '', body, response));
});

/**
 * @param {string} key
 * @param {string} body
 * @param {import('node:http').ServerResponse} response
 */
function serve(key, body, response) {
  const waitMs = refusal(key);
  if (waitMs !== undefined) {
    seen.refused += 1;
    const error = { message: 'Rate limit reached.', type: 'requests', code: 'rate_limit_exceeded' };
    const headers = { 'retry-after': `${Math.ceil(waitMs / 1000)}`, 'retry-after-ms': `${waitMs}` };
    return json(response, 429, { error }, headers);
  }
  response.on('close', () => {
    const whole = response.writableFinished;
    seen.cut += whole ? 0 : 1;
    // An answer that nobody waits for any more is not written, but its prompt has been read.
    seen.tokens += whole ? prompt + answerTokens : prompt;
  });
  setTimeout(() => {
    if (response.destroyed) return;
    if (body.includes('"stream":true')) stream(response, body);
    else json(response, 200, completion(drawn(body) ?? text));
  }, latency(body));
}

/**
 * How long a key has to wait, going by a log of what was let in.
 * @param {string} key
 */
function refusal(key) {
  if (!limit) return undefined;
  const { requests, windowMs } = limit;
  const now = performance.now();
  const recent = (log.get(key) ?? []).filter((at) => at + windowMs > now);
  log.set(key, recent);
  if (recent.length >= requests) return Math.ceil(recent[recent.length - requests] + windowMs - now);
  recent.push(now);
  return undefined;
}

/** @param {string} body */
function latency(body) {
  const tail = word(body, 'tail');
  if (!tail) return Number(word(body, 'latency') ?? 0);
  const [usual, slow, share] = tail.split(':').map(Number);
  return chance() < share ? slow : usual;
}

/** @param {string} body */
function drawn(body) {
  const answers = word(body, 'answers')
    ?.split(',')
    .map((answer) => answer.split(':'));
  if (!answers) return undefined;
  const sum = answers.reduce((all, [, weight]) => all + Number(weight), 0);
  let left = chance() * sum;
  for (const [answer, weight] of answers) {
    left -= Number(weight);
    if (left < 0) return answer;
  }
}

/**
 * @param {string} body
 * @param {string} name
 */
function word(body, name) {
  return new RegExp(`\\b${name}=([\\w.:,-]+)`).exec(body)?.[1];
}

/** @param {string} content */
function completion(content) {
  return {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1_700_000_000,
    model: 'bench',
    choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
    usage: {
      prompt_tokens: prompt,
      completion_tokens: answerTokens,
      total_tokens: prompt + answerTokens,
    },
  };
}

/**
 * @param {import('node:http').ServerResponse} response
 * @param {string} body
 */
function stream(response, body) {
  const count = Number(word(body, 'chunks') ?? 20);
  const gapMs = Number(word(body, 'gap') ?? 0);
  const usage = completion('').usage;
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
  let sent = 0;
  const timer = setInterval(() => {
    if (response.destroyed) return clearInterval(timer);
    if (sent < count) {
      sent += 1;
      response.write(event({ choices: [{ index: 0, delta: { content: ` moth ${sent}` } }] }));
      return;
    }
    clearInterval(timer);
    response.write(event({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] }));
    response.write(event({ choices: [], usage }));
    response.end('data: [DONE]\n\n');
  }, gapMs);
}

/** @param {object} fields */
function event(fields) {
  const chunk = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1_700_000_000, model: 'bench' };
  return `data: ${JSON.stringify({ ...chunk, ...fields })}\n\n`;
}

/**
 * @param {import('node:http').ServerResponse} response
 * @param {number} status
 * @param {object} body
 * @param {Record<string, string>} [headers]
 */
function json(response, status, body, headers) {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

process.on('message', (/** @type {{ limit?: Limit }} */ message) => {
  const before = seen;
  limit = message.limit;
  log = new Map();
  seen = nothing();
  chance = random(1);
  process.send?.({ seen: before });
});
process.on('disconnect', () => process.exit());
// A client of thousands of calls keeps its connections.
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', 4096, () => {
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  process.send?.({ baseURL: `http://127.0.0.1:${port}/v1` });
});
