// @ts-check
/**
 * Sends the requests of a run: bodies as their rows have them, and nothing more once the run is to
 * end.
 */

import { setTimeout as after } from 'node:timers/promises';
import { nodeFetch } from '../node.js';
import { bodyIn } from './questions.js';

export class Wire {
  #fetch = nodeFetch();
  #underWay = 0;
  #stopped = false;
  #whenIdle = () => {};

  /** @param {string} url @param {RequestInit} init */
  fetch = async (url, init) => {
    // What is not sent waits for the end of the run.
    if (this.#stopped) return new Promise(() => {});
    this.#underWay += 1;
    const over = once(() => {
      this.#underWay -= 1;
      if (this.#underWay === 0 && this.#stopped) this.#whenIdle();
    });
    init.signal?.addEventListener('abort', over);
    try {
      const response = await this.#fetch(url, { ...init, body: asAsked(String(init.body)) });
      const reader = response.body?.getReader();
      const read = async () => {
        const piece = await reader?.read();
        if (!piece || piece.done) over();
        return piece;
      };
      const text = () => response.text().finally(over);
      const body = { getReader: () => ({ read, cancel: () => reader?.cancel() }) };
      return /** @type {any} */ ({ status: response.status, headers: response.headers, body, text });
    } catch (error) {
      over();
      throw error;
    }
  };

  /** Sends no more. Resolves when all that was under way is answered, and can be written. */
  async stop() {
    this.#stopped = true;
    if (this.#underWay > 0) {
      await new Promise((resolve) => {
        this.#whenIdle = () => resolve(undefined);
      });
    }
    // The core takes in what was read last within turns of the host. They are counted, since a
    // processor that is busy with other things makes each of them late.
    for (let turn = 0; turn < 20; turn += 1) await after(5);
  }
}

/** @param {() => void} act */
function once(act) {
  let done = false;
  return () => {
    if (!done) act();
    done = true;
  };
}

/**
 * A row that is a request's body goes out as it stands; what it leaves open is as for all others.
 * @param {string} text
 */
function asAsked(text) {
  if (!text.includes('request body')) return text;
  const sent = JSON.parse(text);
  const own = bodyIn(sent.messages?.at(-1)?.content);
  if (!own) return text;
  const instructions = sent.messages.slice(0, -1);
  const speaks = own.messages.some(
    (/** @type {any} */ { role }) => role === 'system' || role === 'developer',
  );
  return JSON.stringify({ ...sent, ...own, messages: [...(speaks ? [] : instructions), ...own.messages] });
}
