// @ts-check
/** Asks a model each thing once, and keeps what it answers with its pace. */

import { inOrder, renumbered } from '../../www/src/simulated/candidates.js';
import { asChunks, completionOf } from '../../www/src/simulated/completion.js';
import { keyOf, played, promptOf, Turns } from '../../www/src/simulated/recorded.js';
import { workedOut } from '../../www/src/simulated/worked-out.js';

/** @typedef {import('../../www/src/simulated/recorded.js').Recorded} Recorded */
/** @typedef {import('../../www/src/simulated/answer.js').Chat} Chat */

export class Recorder {
  /** To each question, what came in each turn. @type {Map<string, Promise<Recorded>[]>} */
  #answers = new Map();

  /** Those that came whole, in an order that is the same the next time. */
  async answers() {
    const byKey = [...this.#answers].sort(([key], [other]) => (key < other ? -1 : 1));
    const all = await Promise.allSettled(byKey.flatMap(([, answers]) => answers));
    return all.flatMap((each) => (each.status === 'fulfilled' ? each.value : []));
  }

  /**
   * A `fetch` for one run. What another run has asked is not asked again, so that what follows from
   * it was asked about the same answer.
   * @returns {(url: string, init: RequestInit) => Promise<Response>}
   */
  fetchOfRun() {
    /** @type {Map<string, Turns>} */
    const turns = new Map();
    return async (url, { signal, ...init }) => {
      const chat = await new Response(init.body).json();
      const known = workedOut(chat);
      if (known) return spoken({ key: '', text: known }, chat, 0);
      const key = keyOf(chat);
      const own = turns.get(key) ?? new Turns();
      turns.set(key, own);
      const turn = own.take();
      const answers = this.#answers.get(key) ?? [];
      this.#answers.set(key, answers);
      // Without the caller's signal: what a run no longer needs is heard to its end all the same.
      answers[turn] ??= ask(url, init, chat).catch((error) => {
        delete answers[turn];
        throw error;
      });
      try {
        const recorded = await answers[turn];
        signal?.throwIfAborted();
        return spoken(recorded, chat, turn);
      } catch (error) {
        own.giveBack(turn);
        if (error instanceof Refusal) return error.response;
        throw error;
      }
    };
  }
}

class Refusal extends Error {
  /** @param {Response} response */
  constructor(response) {
    super(`HTTP status ${response.status}`);
    this.response = response;
  }
}

/**
 * @param {string} url
 * @param {RequestInit} init
 * @param {Chat} chat
 * @returns {Promise<Recorded>}
 */
async function ask(url, init, chat) {
  let last = performance.now();
  const response = await fetch(url, init);
  if (!response.ok || !response.body) throw new Refusal(response);
  let text = '';
  /** @type {[number, number][]} */
  const pieces = [];
  /** @type {{ name: string, args: string }[]} */
  const calls = [];
  let isWhole = false;
  const came = (/** @type {string} */ piece) => {
    const now = performance.now();
    pieces.push([Math.round(now - last), piece.length]);
    text += piece;
    last = now;
  };
  for await (const { delta, finish_reason: reason } of choicesOf(response.body)) {
    if (delta?.content) came(delta.content);
    for (const { index, function: called } of delta?.tool_calls ?? []) {
      if (calls.length === 0) came('');
      calls[index] ??= { name: '', args: '' };
      calls[index].name += called?.name ?? '';
      calls[index].args += called?.arguments ?? '';
    }
    isWhole ||= Boolean(reason);
  }
  if (!isWhole) throw new Error('the stream was cut off');
  const tools = calls.map(({ name, args }) => ({ name, args: JSON.parse(args || '{}') }));
  const prompt = promptOf(chat);
  text = renumbered(text, prompt, inOrder(prompt));
  return { key: keyOf(chat), text, pieces, ...(tools.length > 0 && { tools }) };
}

/**
 * At once, as a stream.
 * @param {Recorded} recorded
 * @param {Chat} chat
 * @param {number} turn
 */
function spoken(recorded, chat, turn) {
  const chunks = asChunks(completionOf({ messages: chat.messages }, played(recorded, chat, turn)), true);
  const events = [...chunks.map((chunk) => JSON.stringify(chunk)), '[DONE]'];
  return new Response(events.map((event) => `data: ${event}\n\n`).join(''), {
    headers: { 'content-type': 'text/event-stream' },
  });
}

/**
 * The first choice of each chunk.
 * @param {ReadableStream<Uint8Array>} stream  of OpenAI's chat completions
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
