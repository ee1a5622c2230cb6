// @ts-check
/**
 * Answers without a model behind them: to the page's examples a text written for them, to all else
 * one that says that it is simulated. The same for the page and for the server of `npm start --
 * --simulated`.
 */

import { formFor, mark } from './form.js';
import { texts } from './texts.js';

/** @typedef {{ messages: { role: string, content?: unknown }[] }} Chat */
/**
 * @typedef {object} Answer
 * @property {string} text
 * @property {{ name: string, args: object }[]} tools
 * @property {number} [firstMs]
 * @property {string[]} [pieces]  in which it came, where it was recorded
 * @property {number[]} [gapsMs]  before each of them
 */

const fillers = [
  'No model has thought about this, so there is nothing here to agree with.',
  'With a real model, an answer would stand here, and would take about as long.',
  'Choose an endpoint under **Model** to get real answers.',
  'The waiting, the streaming, the retries and the sums are those of a real run.',
];

/** How often each was asked for. @type {Map<import('./texts.js').Text, number>} */
const turns = new Map();

/**
 * @param {Chat} chat
 * @param {() => number} [random]
 * @returns {Answer}
 */
export function answerTo(chat, random) {
  const read = chat.messages.filter(({ role }) => role !== 'assistant' && role !== 'tool');
  const parts = read.map(({ content }) => textOf(content));
  const prompt = parts.join('\n');
  const known = texts.find(({ when }) => when.every((part) => prompt.includes(part)));
  if (!known) return { text: madeUp(parts, random ?? Math.random), tools: [] };
  const { answers, tools = [], firstMs } = known;
  if (tools.length > 0 && !chat.messages.some(({ role }) => role === 'tool'))
    return { text: '', tools, firstMs };
  // Who brings chance of their own wants the same again.
  const turn = random ? 0 : (turns.get(known) ?? 0);
  turns.set(known, turn + 1);
  return { text: answers[turn % answers.length], tools: [], firstMs };
}

/**
 * @param {string[]} parts
 * @param {() => number} random
 */
function madeUp(parts, random) {
  const form = formFor(parts, random);
  if (form !== null) return form;
  const number = /about the number (\d+)\./.exec(parts.at(-1) ?? '');
  if (number) return factorsOf(Number(number[1]));
  const opening = (parts.at(-1) ?? '')
    .replace(/^~~~.*$/gm, '')
    .trim()
    .split(/\s+/)
    .slice(0, 9)
    .join(' ')
    .replace(/[`*_#~<>[\]]/g, '');
  const sentences = fillers.filter(() => random() < 0.6).slice(0, 3);
  return [`${mark} Asked: “${opening}”.`, ...sentences].join(' ');
}

/** @param {unknown} content  a text, or a list of parts of which some are texts */
function textOf(content) {
  if (typeof content === 'string') return content;
  return Array.isArray(content) ? content.map((part) => part?.text ?? '').join('\n') : '';
}

/** Worked out, and true. @param {number} number */
function factorsOf(number) {
  const factors = [];
  let rest = number;
  for (let factor = 2; factor * factor <= rest; factor++) {
    for (; rest % factor === 0; rest /= factor) factors.push(factor);
  }
  if (rest > 1) factors.push(rest);
  if (factors.length < 2) return `**${number}** ${factors.length === 1 ? 'is a prime' : 'is no product'}.`;
  return `**${number}** is ${factors.join(' × ')}.`;
}
