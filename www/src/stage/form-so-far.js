// @ts-check

/** How a form may have to be closed that is still coming: in a text, a list or an entry. */
const ends = ['', '"}', '}', '"]}', ']}', '"}]}', '}]}'];
/** Half a letter of JSON. */
const halfEscape = /\\(u[\da-f]{0,3})?$/i;

/**
 * What of a form, which is JSON, has come.
 * @param {string} text  its beginning, perhaps
 * @returns {Record<string, unknown> | null} null where it is none
 */
export function formSoFar(text) {
  const whole = text.replace(halfEscape, '');
  return closed(whole) ?? closed(whole.slice(0, whole.lastIndexOf(','))) ?? unbegun(whole);
}

/** @param {string} text */
function closed(text) {
  for (const end of ends) {
    try {
      return JSON.parse(text + end);
    } catch {
      // Perhaps by another one.
    }
  }
  return null;
}

/** The first entry has no value yet. @param {string} text */
function unbegun(text) {
  return /^\s*\{\s*("[^"]*"?\s*:?\s*)?$/.test(text) ? {} : null;
}
