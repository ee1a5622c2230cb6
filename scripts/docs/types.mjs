// @ts-check
/**
 * What the types say of themselves: the properties of an interface, each with its comment. Goes by
 * the layout of our own files.
 */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pkg } from '../paths.mjs';

/** The files of the main entry's types, each without its ending. */
export const topics = readdirSync(join(pkg, 'types')).map((name) => `types/${name.replace('.d.ts', '')}`);

/** All types of the main entry. */
export function mainTypes() {
  return topics.map((name) => readFileSync(join(pkg, `${name}.d.ts`), 'utf8')).join('\n');
}

/**
 * @typedef {object} Property
 * @property {string} name
 * @property {string} type
 * @property {boolean} isOptional
 * @property {string} about
 * @property {string} [fallback]  what `@default` says
 * @property {string[]} examples
 */

/**
 * @param {string} types  a file of types
 * @param {string} name  of an interface in it
 * @returns {Property[]}
 */
export function propertiesOf(types, name) {
  const lines = types.split('\n');
  const head = lines.findIndex((line) => new RegExp(`^export interface ${name}\\b`).test(line));
  if (head < 0) throw new Error(`The types have no interface ${name}`);
  const begin = lines.findIndex((line, at) => at >= head && line.endsWith('{')) + 1;
  const body = lines.slice(begin, lines.indexOf('}', begin));
  /** @type {Property[]} */
  const found = [];
  let at = 0;
  while (at < body.length) {
    const opens = body.findIndex((line, index) => index >= at && line.startsWith('  /**'));
    if (opens < 0) break;
    const closes = body.findIndex((line, index) => index >= opens && line.includes('*/'));
    const next = body.findIndex((line, index) => index > closes && line.startsWith('  /**'));
    const end = next < 0 ? body.length : next;
    const comment = body
      .slice(opens, closes + 1)
      .join('\n')
      .replace(/^ *\/\*\*/, '')
      .replace(/\*\/$/, '');
    const declaration = body
      .slice(closes + 1, end)
      .filter((line) => !line.startsWith('  //') && !/^ {2}\[/.test(line));
    if (declaration.length > 0) found.push(property(comment, declaration.join('\n')));
    at = end;
  }
  return found;
}

/**
 * @param {string} comment
 * @param {string} declaration
 * @returns {Property}
 */
function property(comment, declaration) {
  const [, name, mark, type] = /^ {2}(?:readonly )?(\w+)(\??)(?::|(?=\())(.*);$/s.exec(declaration) ?? [];
  if (!name || type === undefined) throw new Error(`This is no property: ${declaration}`);
  const text = comment.replaceAll(/^ *\* ?/gm, '').trim();
  const [about, ...tags] = text.split(/\s*@(?=default|example|param|see)/);
  const tagged = (/** @type {string} */ tag) =>
    tags.filter((text) => text.startsWith(tag)).map((text) => text.slice(tag.length).trim());
  const [fallback] = tagged('default');
  return {
    name,
    type: plainType(type),
    isOptional: mark === '?',
    about: about.trim(),
    examples: tagged('example'),
    ...(fallback && { fallback: fallback.replaceAll(/\s+/g, ' ') }),
  };
}

/** On one line, without its comments. @param {string} type */
function plainType(type) {
  return type
    .replaceAll(/\/\*\*.*?\*\//gs, '')
    .replaceAll(/\s+/g, ' ')
    .replace(/ \| undefined$/, '')
    .replaceAll(/ \| undefined(?=\s*[;)}])/g, '')
    .replace(/^ ?\| /, '')
    .replace(/; \}/g, ' }')
    .trim();
}
