// @ts-check
/** A server that speaks OpenAI's chat completions, inside the page: what `fetch` is to the others. */

import { answerTo } from './answer.js';

export const address = 'https://simulated.invalid/v1';

/**
 * @param {string} url
 * @param {RequestInit} init
 */
export async function simulatedFetch(url, init) {
  const chat = await new Request(url, { method: 'POST', body: init.body }).json();
  const { signal } = init;
  await pause(150 + Math.random() * 500, signal);
  const text = answerTo(chat);
  const tokens = text.match(/\s*\S{1,6}/g) ?? [text];
  const promptTokens = Math.ceil(JSON.stringify(chat.messages).length / 4);
  const usage = {
    prompt_tokens: promptTokens,
    completion_tokens: tokens.length,
    total_tokens: promptTokens + tokens.length,
  };
  if (chat.stream) {
    return new Response(streamOf(tokens, usage, signal), {
      headers: { 'content-type': 'text/event-stream' },
    });
  }
  await pause(tokens.length * 20, signal);
  const message = { role: 'assistant', content: text };
  return Response.json({
    model: 'simulated',
    choices: [{ index: 0, message, finish_reason: 'stop' }],
    usage,
  });
}

/**
 * @param {string[]} tokens
 * @param {object} usage
 * @param {AbortSignal | null | undefined} signal
 */
function streamOf(tokens, usage, signal) {
  const encoder = new TextEncoder();
  const tokenMs = 15 + Math.random() * 30;
  const chunks = [
    ...tokens.map((content) => ({ choices: [{ index: 0, delta: { content }, finish_reason: null }] })),
    { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] },
    { choices: [], usage },
  ];
  let sent = 0;
  return new ReadableStream({
    async pull(controller) {
      if (sent === chunks.length) {
        controller.enqueue(encoder.encode('data: [DONE]\n\n'));
        controller.close();
        return;
      }
      await pause(tokenMs, signal);
      const chunk = { object: 'chat.completion.chunk', model: 'simulated', ...chunks[sent] };
      sent += 1;
      controller.enqueue(encoder.encode(`data: ${JSON.stringify(chunk)}\n\n`));
    },
  });
}

/**
 * @param {number} ms
 * @param {AbortSignal | null | undefined} signal
 */
function pause(ms, signal) {
  return new Promise((resolve, reject) => {
    const end = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', end);
      resolve(undefined);
    }, ms);
    signal?.addEventListener('abort', end, { once: true });
  });
}
