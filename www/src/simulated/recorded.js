// @ts-check
/**
 * Answers of a real model, as they came: each with its pace. Played to whoever asks the same again.
 */

/** @typedef {import('./answer.js').Chat} Chat */
/**
 * @typedef {object} Recorded
 * @property {string} key  of what was asked
 * @property {[gapMs: number, text: string][]} pieces
 * @property {{ name: string, args: object }[]} [tools]  what was called
 */
/** @typedef {{ model: string, on: string, answers: Recorded[] }} Recording  `on` is a date */

/** Asked several times, each is played in its turn. */
export class Player {
  /** @type {Map<string, Recorded[]>} */
  #answers = new Map();
  /** @type {Map<string, number>} */
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
   * @returns {import('./answer.js').Answer | null} null where nobody has asked this
   */
  answerTo(chat) {
    const key = keyOf(chat);
    const answers = this.#answers.get(key);
    if (!answers) return null;
    const turn = this.#turns.get(key) ?? 0;
    this.#turns.set(key, turn + 1);
    const { pieces, tools = [] } = answers[turn % answers.length];
    return {
      text: pieces.map(([, text]) => text).join(''),
      pieces: pieces.map(([, text]) => text),
      gapsMs: pieces.map(([gapMs]) => gapMs),
      tools,
    };
  }
}

/**
 * A hash of what is asked, by cyrb53: the prompts themselves would be longer than the answers.
 * @param {Chat} chat
 */
export function keyOf({ messages }) {
  const text = JSON.stringify(messages.map(({ role, content }) => [role, content]));
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
