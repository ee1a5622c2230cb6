// @ts-check
/** Names of tasks where there is little room for them. */

import { element } from './element.js';

/**
 * What is about one or several that are numbered is named by the numbers, so that it can be told
 * from the next: `reduce document-1 to document-3` is “reduce 1 to 3”, and `voter-1/well argued`
 * is “1: well argued”.
 * @param {string} id
 */
export function shownName(id) {
  const [, verb, stem, first, last] = /^(\w+) (.*?\D)(\d+) to \2(\d+)$/.exec(id) ?? [];
  if (stem !== undefined) return `${verb} ${first} to ${last}`;
  const [, number, part] = /^[a-z]+-(\d+)\/(.+)$/.exec(id) ?? [];
  return part === undefined ? id : `${number}: ${part}`;
}

/** Letters at the end of a name that are never cut: names that begin alike mostly end otherwise. */
const endLetters = 8;
/** So many have room everywhere. */
const shortName = 8;

/**
 * A name in two parts, of which the style sheet cuts the first alone where there is no room.
 * @param {string} id
 */
export function nameParts(id) {
  const letters = Array.from(shownName(id));
  if (letters.length <= shortName) return [element('span', {}, letters.join(''))];
  const kept = Math.min(endLetters, Math.floor(letters.length / 2));
  const [start, end] = [letters.slice(0, -kept), letters.slice(-kept)];
  return [element('span', {}, start.join('')), element('span', { class: 'end' }, end.join(''))];
}
