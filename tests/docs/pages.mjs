// @ts-check
/** The pages of the documentation, and the programs in them. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../scripts/paths.mjs';

/**
 * A program of a page. Its fence says what becomes of it: `no-run` is compiled only, `test` is run
 * by Node's test runner, and `serves` makes a server, which is then asked. All others just run.
 * @typedef {object} Snippet
 * @property {string} name  for its file
 * @property {string} where  the page and the line
 * @property {string} code
 * @property {string} mark  what stands behind the language of its fence
 * @property {string | null} prints  what the page says that it prints
 */

/** All pages, by their path from the root of the repository. */
export function pages() {
  const under = readdirSync(join(root, 'docs'), { encoding: 'utf8', recursive: true });
  const paths = under
    .filter((path) => path.endsWith('.md') && !/node_modules|^public|^api/.test(path))
    .map((path) => join('docs', path));
  return ['README.md', ...paths.sort()].map((path) => ({
    path,
    text: readFileSync(join(root, path), 'utf8'),
  }));
}

/** @returns {Snippet[]} */
export function snippets() {
  return pages().flatMap(({ path, text }) => [...snippetsOf(path, text)]);
}

/**
 * What a page says that a program prints stands right behind it, in a block of `text`.
 * @param {string} path
 * @param {string} text
 * @returns {Generator<Snippet>}
 */
function* snippetsOf(path, text) {
  const blocks = [...text.matchAll(/^```(\w+) ?([\w-]*).*\n([\s\S]*?)^```$/gm)];
  for (const [index, block] of blocks.entries()) {
    const [whole, language, mark, code] = block;
    if (language !== 'ts') continue;
    const line = text.slice(0, block.index).split('\n').length;
    const next = blocks[index + 1];
    const between = next && text.slice(block.index + whole.length, next.index);
    const prints = next?.[1] === 'text' && !/^#/m.test(between) && between.trim().split('\n').length <= 1;
    yield {
      name: `${path
        .replace(/^docs\//, '')
        .replace(/\.md$/, '')
        .replaceAll('/', '-')}-${line}`,
      where: `${path}:${line}`,
      code,
      mark,
      prints: prints ? next[3] : null,
    };
  }
}
