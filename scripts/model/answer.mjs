// @ts-check
/** Simulated answers, and the shapes in which OpenAI's chat API gives them. */

import { createHash, randomUUID } from 'node:crypto';
import { formFor } from '../../www/src/simulated/answer.js';

export const simulatedModel = 'simulated';

/**
 * @typedef {object} Chat
 * @property {{ role: string, content: unknown }[]} messages
 * @property {boolean} [stream]
 * @property {{ include_usage?: boolean }} [stream_options]
 * @property {number} [max_tokens]
 * @property {number} [max_completion_tokens]
 */

/**
 * @typedef {object} Answer
 * @property {string} id
 * @property {number} created
 * @property {string[]} tokens
 * @property {'stop' | 'length'} finishReason
 * @property {{ prompt_tokens: number, completion_tokens: number, total_tokens: number }} usage
 * @property {number} firstTokenMs
 * @property {number} tokenMs
 */

/**
 * The same prompt always gets the same answer, in the same time.
 * @param {Chat} chat
 * @returns {Answer}
 */
export function answerTo(chat) {
  const prompt = chat.messages.map(({ content }) => textOf(content)).join('\n');
  const opening = textOf(chat.messages.at(-1)?.content).trim().split(/\s+/).slice(0, 8).join(' ');
  const words = prompt.split(/\s+/).length;
  const text = `[simulated] No model has read this prompt of ${words} words, which begins “${opening}”. `;
  const filler = 'A real answer would stand here, and would take about as long. ';
  const whole = formFor(chat, chanceOf(prompt)) ?? (text + filler.repeat(1 + (prompt.length % 3))).trim();
  const wanted = whole.match(/\s*\S+/g) ?? [];
  const tokens = wanted.slice(0, chat.max_completion_tokens ?? chat.max_tokens ?? wanted.length);
  const promptTokens = Math.ceil(prompt.length / 4);
  return {
    id: `chatcmpl-${randomUUID()}`,
    created: Math.floor(Date.now() / 1000),
    tokens,
    finishReason: tokens.length < wanted.length ? 'length' : 'stop',
    usage: {
      prompt_tokens: promptTokens,
      completion_tokens: tokens.length,
      total_tokens: promptTokens + tokens.length,
    },
    firstTokenMs: 100 + (prompt.length % 7) * 40,
    tokenMs: 15 + (prompt.length % 5) * 5,
  };
}

/**
 * Chance in place of `Math.random`, since the same prompt gets the same answer.
 * @param {string} prompt
 */
function chanceOf(prompt) {
  const bytes = createHash('sha256').update(prompt).digest();
  let drawn = 0;
  return () => bytes[drawn++ % bytes.length] / 256;
}

/** @param {Answer} answer */
export function asCompletion(answer) {
  const message = { role: 'assistant', content: answer.tokens.join('') };
  const choices = [{ index: 0, message, finish_reason: answer.finishReason }];
  return { ...head(answer, 'chat.completion'), choices, usage: answer.usage };
}

/**
 * @param {Answer} answer
 * @param {boolean} withUsage
 */
export function streamOf(answer, withUsage) {
  const chunk = (/** @type {object} */ delta, /** @type {string | null} */ finish_reason = null) => ({
    ...head(answer, 'chat.completion.chunk'),
    choices: [{ index: 0, delta, finish_reason }],
    ...(withUsage && { usage: null }),
  });
  return [
    chunk({ role: 'assistant', content: '' }),
    ...answer.tokens.map((content) => chunk({ content })),
    chunk({}, answer.finishReason),
    ...(withUsage ? [{ ...head(answer, 'chat.completion.chunk'), choices: [], usage: answer.usage }] : []),
  ];
}

/**
 * @param {Answer} answer
 * @param {string} object
 */
function head({ id, created }, object) {
  return { id, object, created, model: simulatedModel };
}

/** @param {unknown} content  a text, or a list of parts of which some are texts */
function textOf(content) {
  if (typeof content === 'string') return content;
  return Array.isArray(content) ? content.map((part) => part?.text ?? '').join('\n') : '';
}
