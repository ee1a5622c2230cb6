// @ts-check
/** Answers that need no model, and say so: what there is to say about a number. */

/** Nobody is to take them for a model's. */
const mark = '[worked out]';

import { promptOf } from './recorded.js';

/**
 * @param {import('./answer.js').Chat} chat
 * @returns {string | null} null for all other prompts
 */
export function workedOut(chat) {
  const number = /^Say something short about the number (\d+)\./.exec(promptOf(chat));
  return number && `${mark} ${factorsOf(Number(number[1]))}`;
}

/** @param {number} number */
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
