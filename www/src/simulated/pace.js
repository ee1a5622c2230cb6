// @ts-check
/**
 * The pace of an answer whose own is not known: what hosted models usually take, and the same
 * again for the same seed.
 */

/** Until the first piece. */
const firstMs = { least: 300, most: 900 };
/** Pieces a second, each about a token. */
const rate = { least: 40, most: 90 };

/**
 * @param {string} text
 * @param {string} seed
 * @returns {[gapMs: number, length: number][]}
 */
export function paceOf(text, seed) {
  const random = chanceOf(seed);
  const within = (/** @type {{ least: number, most: number }} */ { least, most }) =>
    least + (most - least) * random();
  const first = Math.round(within(firstMs));
  const gapMs = 1000 / within(rate);
  const lengths = (text.match(/\s*\S{1,6}\s*$|\s*\S{1,6}/g) ?? ['']).map(({ length }) => length);
  return lengths.map((length, at) => [at === 0 ? first : Math.round(gapMs * (0.4 + 1.2 * random())), length]);
}

/**
 * The text in the pieces of a pace, without empty ones.
 * @param {string} text
 * @param {[gapMs: number, length: number][]} pace
 */
export function cutBy(text, pace) {
  const pieces = [];
  let at = 0;
  for (const [, length] of pace) {
    pieces.push(text.slice(at, at + length));
    at += length;
  }
  // A number may have grown by a digit.
  pieces.push(text.slice(at));
  return pieces.filter(Boolean);
}

/**
 * By mulberry32.
 * @param {string} seed
 */
function chanceOf(seed) {
  let state = [...seed].reduce(
    (sum, letter) => Math.imul(sum ^ letter.charCodeAt(0), 2654435761),
    0x9e3779b9,
  );
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
