// @ts-check
/** Markup in which all that was not written here is data. */

class Markup {
  /** @param {string} text */
  constructor(text) {
    this.text = text;
  }
}

/**
 * A template whose values are escaped, but for markup and lists of it.
 * @param {TemplateStringsArray} parts
 * @param {unknown[]} values
 */
export function html(parts, ...values) {
  return new Markup(parts.reduce((text, part, index) => text + written(values[index - 1]) + part));
}

/**
 * @param {unknown} value
 * @returns {string}
 */
function written(value) {
  if (value instanceof Markup) return value.text;
  if (Array.isArray(value)) return value.map(written).join('');
  if (value === undefined || value === null || value === false) return '';
  return String(value).replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);
}
