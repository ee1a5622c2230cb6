// @ts-check
/**
 * A server that speaks OpenAI's chat completions, inside the page: what `fetch` is to the others.
 */

import { unrecorded } from './answer.js';
import { asChunks, asWhole, completionOf } from './completion.js';
import { Player } from './recorded.js';

/**
 * @param {import('./recorded.js').Recording | null} recording  what it lacks is worked out or
 *   made up
 * @returns {(url: string, init: RequestInit) => Promise<Response>}
 */
export function sampleFetch(recording) {
  const player = new Player(recording);
  return async (url, init) => {
    const chat = await new Request(url, { method: 'POST', body: init.body }).json();
    const known = player.answerTo(chat);
    const answer = known ?? unrecorded(chat);
    const { gapsMs } = answer;
    const completion = completionOf(chat, answer);
    try {
      const [firstMs = 0, ...others] = gapsMs;
      await pause(firstMs, init.signal);
      if (chat.stream) {
        const stream = streamOf(asChunks(completion, true), others, init.signal, known?.giveBack);
        return new Response(stream, { headers: { 'content-type': 'text/event-stream' } });
      }
      await pause(
        others.reduce((sum, ms) => sum + ms, 0),
        init.signal,
      );
      return Response.json(asWhole(completion));
    } catch (error) {
      known?.giveBack();
      throw error;
    }
  };
}

/**
 * @param {object[]} chunks  of which the first has no text, and the second what was waited for
 * @param {number[]} gapsMs  before each chunk after these
 * @param {AbortSignal | null | undefined} signal
 * @param {() => void} [onCut]
 */
function streamOf(chunks, gapsMs, signal, onCut) {
  const encoder = new TextEncoder();
  let sent = 0;
  return new ReadableStream({
    async pull(controller) {
      if (sent === chunks.length) {
        controller.enqueue(encoder.encode('data: [DONE]\n\n'));
        controller.close();
        return;
      }
      try {
        await pause(gapsMs[sent - 2] ?? 0, signal);
      } catch (error) {
        onCut?.();
        throw error;
      }
      controller.enqueue(encoder.encode(`data: ${JSON.stringify(chunks[sent])}\n\n`));
      sent += 1;
    },
    cancel: () => onCut?.(),
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
