// @ts-check
/** A `fetch` that keeps each answer that comes through it, with its pace. */

import { keyOf } from '../../www/src/simulated/recorded.js';

export class Recorder {
  /** @type {import('../../www/src/simulated/recorded.js').Recorded[]} */
  answers = [];
  /** @type {Promise<void>[]} */
  #reading = [];

  /** Once all that has come is kept. */
  async settled() {
    await Promise.all(this.#reading);
  }

  /** @type {(url: string, init: RequestInit) => Promise<Response>} */
  fetch = async (url, init) => {
    const chat = await new Response(init.body).json();
    const began = performance.now();
    const response = await fetch(url, init);
    if (!response.ok || !response.body) return response;
    const [own, passed] = response.body.tee();
    // What is cut off is no answer.
    this.#reading.push(this.#read(own, keyOf(chat), began).catch(() => {}));
    return new Response(passed, response);
  };

  /**
   * @param {ReadableStream<Uint8Array>} stream  of OpenAI's chat completions
   * @param {string} key
   * @param {number} began
   */
  async #read(stream, key, began) {
    /** @type {[number, string][]} */
    const pieces = [];
    /** @type {{ name: string, args: string }[]} */
    const calls = [];
    let last = began;
    let isWhole = false;
    for await (const { delta, finish_reason: reason } of choicesOf(stream)) {
      if (delta?.content) {
        const now = performance.now();
        pieces.push([Math.round(now - last), delta.content]);
        last = now;
      }
      for (const { index, function: called } of delta?.tool_calls ?? []) {
        calls[index] ??= { name: '', args: '' };
        calls[index].name += called?.name ?? '';
        calls[index].args += called?.arguments ?? '';
      }
      isWhole ||= Boolean(reason);
    }
    if (!isWhole) return;
    const tools = calls.map(({ name, args }) => ({ name, args: JSON.parse(args || '{}') }));
    this.answers.push({ key, pieces, ...(tools.length > 0 && { tools }) });
  }
}

/**
 * The first choice of each chunk.
 * @param {ReadableStream<Uint8Array>} stream
 * @returns {AsyncGenerator<any, void>}
 */
async function* choicesOf(stream) {
  let text = '';
  const decoder = new TextDecoder();
  for await (const piece of stream) {
    text += decoder.decode(piece, { stream: true });
    const lines = text.split('\n');
    text = lines.pop() ?? '';
    for (const line of lines) {
      if (!line.startsWith('data: ') || line.startsWith('data: [DONE]')) continue;
      const [choice] = JSON.parse(line.slice('data: '.length)).choices;
      if (choice) yield choice;
    }
  }
}
