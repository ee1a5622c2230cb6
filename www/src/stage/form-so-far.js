// @ts-check

/** Half a letter of JSON. */
const halfEscape = /\\(u[\da-f]{0,3})?$/i;
const beginning = /^\s*\{\s*("|$)/;
/** What opens or closes something, and letters in a text that do neither. */
const signs = /\\.|["[\]{}]/g;

/**
 * What of a form, which is JSON, has come.
 * @param {string} text  its beginning, perhaps
 * @returns {Record<string, unknown> | null} null where it is none
 */
export function formSoFar(text) {
  if (!beginning.test(text)) return null;
  const whole = text.replace(halfEscape, '');
  // The last entry may be one of which nothing can be read yet.
  return closed(whole) ?? closed(whole.slice(0, whole.lastIndexOf(','))) ?? {};
}

/** @param {string} text */
function closed(text) {
  /** @type {string[]} */
  const open = [];
  let isInText = false;
  for (const [sign] of text.matchAll(signs)) {
    if (sign === '"') isInText = !isInText;
    else if (isInText || sign[0] === '\\') continue;
    else if (sign === '{') open.unshift('}');
    else if (sign === '[') open.unshift(']');
    else open.shift();
  }
  try {
    return JSON.parse(`${text}${isInText ? '"' : ''}${open.join('')}`);
  } catch {
    return null;
  }
}
