// @ts-check
/**
 * The person's keys: in memory, or in this tab's session storage where they ask for it. Never
 * anywhere else.
 */

const prefix = 'key:';

/** @type {Map<string, string>} */
const keys = new Map();

/** @param {string} preset */
export function keyOf(preset) {
  return keys.get(preset) ?? sessionStorage.getItem(prefix + preset) ?? '';
}

/** @param {string} preset */
export function isRemembered(preset) {
  return sessionStorage.getItem(prefix + preset) !== null;
}

/**
 * @param {string} preset
 * @param {string} key
 * @param {boolean} remember
 */
export function keepKey(preset, key, remember) {
  keys.set(preset, key);
  if (remember && key !== '') sessionStorage.setItem(prefix + preset, key);
  else sessionStorage.removeItem(prefix + preset);
}
