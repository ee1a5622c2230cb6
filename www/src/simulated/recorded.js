// @ts-check
/** Answers that a real model once gave, played to whoever asks the same again. */

import { inOrder, renumbered } from './candidates.js';
import { cutBy, paceOf } from './pace.js';

/** @typedef {import('./answer.js').Chat} Chat */
/**
 * @typedef {object} Recorded
 * @property {string} key  of what was asked
 * @property {string} text
 * @property {[gapMs: number, length: number][]} [pieces]  in which it came, where that was kept
 * @property {{ name: string, args: object }[]} [tools]  what was called
 */
/**
 * @typedef {object} Recording
 * @property {string} model
 * @property {string} on  a date
 * @property {'its own' | 'typical'} pace  typical is what hosted models usually have
 * @property {Recorded[]} answers
 */

/** Asked several times, each is played in its turn. */
export class Player {
  /** @type {Map<string, Recorded[]>} */
  #answers = new Map();
  /** @type {Map<string, Turns>} */
  #turns = new Map();

  /** @param {Recording | null} recording */
  constructor(recording) {
    for (const answer of recording?.answers ?? []) {
      const same = this.#answers.get(answer.key);
      if (same) same.push(answer);
      else this.#answers.set(answer.key, [answer]);
    }
  }

  /**
   * @param {Chat} chat
   * @returns {(import('./answer.js').Answer & { giveBack: () => void }) | null} null where nobody
   *   has asked this; what was not heard to its end is given back, for the next one
   */
  answerTo(chat) {
    const key = keyOf(chat);
    const answers = this.#answers.get(key);
    if (!answers) return null;
    const turns = this.#turns.get(key) ?? new Turns();
    this.#turns.set(key, turns);
    const turn = turns.take();
    return {
      ...played(answers[turn % answers.length], chat, turn),
      giveBack: () => turns.giveBack(turn),
    };
  }
}

export class Turns {
  #next = 0;
  /** @type {number[]} */
  #free = [];

  take() {
    return this.#free.shift() ?? this.#next++;
  }

  /** @param {number} turn */
  giveBack(turn) {
    this.#free = [...this.#free, turn].sort((a, b) => a - b);
  }
}

/**
 * @param {Recorded} recorded
 * @param {Chat} chat
 * @param {number} turn
 * @returns {import('./answer.js').Answer}
 */
export function played({ key, text, pieces, tools = [] }, chat, turn) {
  const prompt = promptOf(chat);
  const said = renumbered(text, inOrder(prompt), prompt);
  const pace = pieces ?? paceOf(said, `${key} ${turn}`);
  return { pieces: cutBy(said, pace), gapsMs: pace.map(([gapMs]) => gapMs), tools };
}

/** @param {Chat} chat */
export function promptOf({ messages }) {
  return textOf(messages.findLast(({ role }) => role === 'user')?.content);
}

/** @param {unknown} content  a text, or a list of parts of which some are texts */
export function textOf(content) {
  if (typeof content === 'string') return content;
  return Array.isArray(content) ? content.map((part) => part?.text ?? '').join('\n') : '';
}

/**
 * A hash of what is asked, by cyrb53: the prompts themselves would be longer than the answers.
 * @param {Chat} chat
 */
export function keyOf({ messages }) {
  const text = inOrder(messages.map(({ role, content }) => `${role}: ${textOf(content)}`).join('\n'));
  let [a, b] = [0xdeadbeef, 0x41c6ce57];
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    a = Math.imul(a ^ code, 2654435761);
    b = Math.imul(b ^ code, 1597334677);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return (4294967296 * (2097151 & b) + (a >>> 0)).toString(36);
}
