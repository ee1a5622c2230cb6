// @ts-check
/** Simulated answers: the same prompt always gets the same one, in the same time. */

import { createHash } from 'node:crypto';
import { unrecorded } from '../../www/src/simulated/answer.js';
import { completionOf } from '../../www/src/simulated/completion.js';

/**
 * @typedef {Parameters<typeof completionOf>[0] & {
 *   stream?: boolean,
 *   stream_options?: { include_usage?: boolean },
 * }} Chat
 */

/** @param {Chat} chat */
export function answerTo(chat) {
  const answer = unrecorded(chat, chanceOf(JSON.stringify(chat.messages)));
  return { completion: completionOf(chat, answer), gapsMs: answer.gapsMs };
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
