// @ts-check
/** Answers to what no model was asked: worked out, or made up, which they say. */

import { valueFor } from './by-schema.js';
import { formFor, mark } from './form.js';
import { cutBy, paceOf } from './pace.js';
import { textOf } from './recorded.js';
import { workedOut } from './worked-out.js';

/**
 * @typedef {object} Chat
 * @property {{ role: string, content?: unknown }[]} messages
 * @property {{ json_schema?: { schema?: import('./by-schema.js').Schema } }} [response_format]
 */
/**
 * @typedef {object} Answer
 * @property {string[]} pieces  in which it comes
 * @property {number[]} gapsMs  before each of them, or before the tools are called
 * @property {{ name: string, args: object }[]} tools
 */

const fillers = [
  'No model has thought about this, so there is nothing here to agree with.',
  'With a real model, an answer would stand here, and would take about as long.',
  'Choose an endpoint under **Model** to get real answers.',
  'The waiting, the streaming, the retries and the sums are those of a real run.',
];

/**
 * @param {Chat} chat
 * @param {() => number} [random]
 * @returns {Answer}
 */
export function unrecorded(chat, random = Math.random) {
  const read = chat.messages.filter(({ role }) => role !== 'assistant' && role !== 'tool');
  const parts = read.map(({ content }) => textOf(content));
  const text = workedOut(chat) ?? madeUp(parts, chat.response_format?.json_schema?.schema, random);
  const pace = paceOf(text, String(random()));
  return { pieces: cutBy(text, pace), gapsMs: pace.map(([gapMs]) => gapMs), tools: [] };
}

/**
 * @param {string[]} parts
 * @param {import('./by-schema.js').Schema | undefined} schema
 * @param {() => number} random
 */
function madeUp(parts, schema, random) {
  const form = formFor(parts, random);
  if (form !== null) return form;
  if (schema) return JSON.stringify(valueFor(schema, { random, mark }));
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
