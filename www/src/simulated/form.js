// @ts-check
/** Fills in the forms that patterns ask for: a plan, a ballot, a score, a choice, a verdict. */

/** Stands before each text that no model has given. */
export const mark = '[simulated]';

const plan = ['Where it stands', 'What is disputed', 'What may come'].map((title) => ({
  title,
  about: mark,
}));

/**
 * The answer to a prompt that asks for JSON; null for all others.
 * @param {string[]} texts  of the messages: instructions first, what is asked last
 * @param {() => number} random
 * @returns {string | null}
 */
export function formFor(texts, random) {
  if (texts.some((text) => /JSON alone, with .* sections/.test(text))) return JSON.stringify(plan);
  const template = /JSON alone:\s*(\{.*?\})/s.exec(texts.join('\n'));
  if (!template) return null;
  return JSON.stringify(fill(template[1], texts, random));
}

/**
 * Fills in a form such as `{"reason": "in one sentence", "score": a number from 0 to 10}`.
 * @param {string} template
 * @param {string[]} texts
 * @param {() => number} random
 */
function fill(template, texts, random) {
  const prompt = texts.at(-1) ?? '';
  const entries = [...template.matchAll(/"(\w+)":\s*(?:"[^"]*"|(\[[^\]]*\]|[^"{}[\]]*?))(?=,\s*"|\s*\})/g)];
  return Object.fromEntries(
    entries.map(([, name, kind]) => [
      name,
      kind === undefined ? words(name, prompt, random) : value(kind, texts, random),
    ]),
  );
}

/**
 * @param {string} kind  as the form describes it
 * @param {string[]} texts
 * @param {() => number} random
 */
function value(kind, texts, random) {
  const range = /from (\d+) to (\d+)/.exec(kind);
  if (range) {
    const [low, high] = [Number(range[1]), Number(range[2])];
    const share = 0.45 + 0.55 * random();
    return high - low <= 1 ? Number((low + share).toFixed(2)) : Math.round(low + share * (high - low));
  }
  if (/true|false|whether/.test(kind)) return trips(texts.slice(0, -1).join('\n'), texts.at(-1) ?? '');
  if (kind.startsWith('[')) return [`${mark} A point.`, `${mark} Another point.`];
  return 1;
}

/** What a guard looks for, by a word in its instructions, and what gives it away. */
const screens = [
  [/password|secret|\bkey\b/i, /password|passphrase|secret|api key|\bsk-\w/i],
  [/harm|violen|danger/i, /\b(hurt|harm|kill|poison|attack)\b/i],
  [/inject|instructions/i, /ignore (all|any|the|your|previous)/i],
  [/personal|privacy/i, /[\w.]+@[\w.]+|\b\d{3}[- ]\d{3,}\b/],
];

/**
 * A simple stand-in for a model's judgement, so that guards can be seen at work.
 * @param {string} instructions
 * @param {string} prompt
 */
function trips(instructions, prompt) {
  return screens.some(([asked, found]) => asked.test(instructions) && found.test(prompt));
}

/**
 * @param {string} name
 * @param {string} prompt
 * @param {() => number} random
 */
function words(name, prompt, random) {
  if (name !== 'answer') return `${mark} Nobody has thought about it.`;
  const sides = sidesOf(prompt);
  return sides[random() < 0.7 ? 0 : 1];
}

/**
 * The two things that a question weighs against each other.
 * @param {string} prompt
 */
function sidesOf(prompt) {
  const versus =
    /(?:is|are|should)\s+([\w ]{2,30}?)\s+(?:better than|or|rather than)\s+([\w ]{2,30}?)\s*[?.\n]/i.exec(
      prompt,
    );
  if (versus) return [versus[1], versus[2]];
  return prompt.includes('?') ? ['yes', 'no'] : [`${mark} An answer.`, `${mark} Another answer.`];
}
