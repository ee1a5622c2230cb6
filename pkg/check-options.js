// @ts-check
/**
 * Options of what stands beside an agent, such as a store or a queue: checked before anything is
 * sent.
 */

import { InvalidInputError } from './errors.js';

/**
 * Throws what is wrong with options.
 * @param {object} options
 * @param {Record<string, { what: string, is(value: any): boolean }>} known
 */
export function checkOptions(options, known) {
  if (typeof options !== 'object' || options === null) {
    throw new InvalidInputError([
      { path: 'options', message: 'Expected an object.', received: described(options) },
    ]);
  }
  const names = Object.keys(known);
  const issues = Object.entries(options).flatMap(([name, value]) => {
    const path = `options.${name}`;
    if (!names.includes(name))
      return [{ path, message: `There is no such option. There are: ${names.join(', ')}.`, received: name }];
    if (value === undefined || known[name].is(value)) return [];
    return [{ path, message: `Expected ${known[name].what}.`, received: described(value) }];
  });
  if (issues.length > 0) throw new InvalidInputError(issues);
}

/** @param {unknown} value */
function described(value) {
  return typeof value === 'object' && value !== null ? 'an object' : String(value).slice(0, 100);
}
