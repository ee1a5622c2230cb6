// @ts-check

/**
 * A field of an answer that is a form.
 * @param {string} text
 * @param {string} name
 * @returns {string | null}  null while it is no form yet
 */
export function field(text, name) {
  try {
    const value = JSON.parse(text)?.[name];
    return value === undefined ? null : String(value);
  } catch {
    return null;
  }
}
