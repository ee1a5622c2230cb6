// @ts-check
/**
 * The parts of a page that a script writes: they stand between two comments, of which the first
 * names the script.
 */

import { readFileSync, writeFileSync } from 'node:fs';

const end = '<!-- until here -->';

/**
 * @param {string} page  its path
 * @param {string} script  as the comment names it
 * @param {string} text
 */
export function writeSection(page, script, text) {
  const begin = `<!-- made by ${script} -->`;
  const [before, rest] = readFileSync(page, 'utf8').split(begin);
  const after = rest?.split(end).slice(1).join(end);
  if (!after) throw new Error(`${page} has no place for what ${script} makes: ${begin} … ${end}`);
  writeFileSync(page, `${before}${begin}\n\n${text}\n\n${end}${after}`);
}
