// @ts-check
/**
 * A server that speaks OpenAI's chat completions, inside the page: what `fetch` is to the others.
 */

import { answerTo } from './answer.js';
import { asChunks, asWhole, completionOf } from './completion.js';
import { Player } from './recorded.js';

/**
 * @param {import('./recorded.js').Recording | null} recording  what it lacks is answered by the
 *   texts written for the page
 * @returns {(url: string, init: RequestInit) => Promise<Response>}
 */
export function sampleFetch(recording) {
  const player = new Player(recording);
  return async (url, init) => {
    const chat = await new Request(url, { method: 'POST', body: init.body }).json();
    const { signal } = init;
    const answer = player.answerTo(chat) ?? answerTo(chat);
    const completion = completionOf(chat, answer);
    if (!answer.gapsMs) await pause((answer.firstMs ?? 350) * (0.7 + 0.9 * Math.random()), signal);
    if (chat.stream) {
      return new Response(streamOf(asChunks(completion, true), answer.gapsMs, signal), {
        headers: { 'content-type': 'text/event-stream' },
      });
    }
    await pause(answer.gapsMs?.reduce((sum, ms) => sum + ms, 0) ?? completion.pieces.length * 20, signal);
    return Response.json(asWhole(completion));
  };
}

/**
 * @param {object[]} chunks
 * @param {number[] | undefined} gapsMs  before each piece of text; the first piece is the second
 *   chunk
 * @param {AbortSignal | null | undefined} signal
 */
function streamOf(chunks, gapsMs, signal) {
  const encoder = new TextEncoder();
  const tokenMs = 15 + Math.random() * 30;
  let sent = 0;
  return new ReadableStream({
    async pull(controller) {
      if (sent === chunks.length) {
        controller.enqueue(encoder.encode('data: [DONE]\n\n'));
        controller.close();
        return;
      }
      await pause(gapsMs ? (gapsMs[sent - 1] ?? 0) : tokenMs, signal);
      controller.enqueue(encoder.encode(`data: ${JSON.stringify(chunks[sent])}\n\n`));
      sent += 1;
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
