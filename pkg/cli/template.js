// @ts-check
/**
 * Templates: a text in which `{field}` stands for a field of the row, and `{{` and `}}` for braces.
 */

import { CliError } from './failure.js';
import { nearest } from './flags.js';

/** @typedef {(fields: Record<string, unknown>, location: string) => string} Template */

/**
 * @param {string} text
 * @returns {Template}
 */
export function templateOf(text) {
  const fields = text.replace(/\{\{|\}\}/g, '');
  if (/\{[^}]*$/.test(fields))
    throw new CliError('The template has a `{` without a `}`. For a brace itself write `{{`.');
  if (!/\{[^{}]+\}/.test(fields))
    throw new CliError(
      'The template has no `{field}`: each row would be asked the same. Put one in, such as `{text}`.',
    );
  return (fields, location) =>
    text.replace(/\{\{|\}\}|\{([^{}]+)\}/g, (found, name) => {
      if (name === undefined) return found[0];
      const value = Object.hasOwn(fields, name.trim()) ? fields[name.trim()] : undefined;
      if (value === undefined) throw new CliError(missing(name.trim(), Object.keys(fields), location));
      return typeof value === 'string' ? value : JSON.stringify(value);
    });
}

/**
 * @param {string} name
 * @param {string[]} names
 * @param {string} location
 */
export function missing(name, names, location) {
  const near = nearest(name, names);
  const there =
    names.length > 0 ? `It has ${names.map((other) => `\`${other}\``).join(', ')}.` : 'It has none.';
  // It looks like JSON, or like code.
  const brace = /^[\w .-]+$/.test(name) ? '' : ' For a brace itself write `{{`.';
  return `${location}: the row has no field \`${name}\`. ${near ? `Did you mean \`${near}\`? ` : ''}${there}${brace}`;
}
