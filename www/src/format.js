// @ts-check
/** Numbers as people read them. */

const grouped = new Intl.NumberFormat('en');

/** @param {number | null | undefined} number */
export function count(number) {
  return number === null || number === undefined ? '–' : grouped.format(number);
}

/** @param {number | null | undefined} ms */
export function duration(ms) {
  if (ms === null || ms === undefined) return '–';
  if (ms < 995) return `${Math.round(ms)} ms`;
  if (ms < 9_950) return `${(ms / 1000).toFixed(1)} s`;
  if (ms < 59_500) return `${Math.round(ms / 1000)} s`;
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** @param {number | null | undefined} dollars */
export function price(dollars) {
  if (dollars === null || dollars === undefined) return '–';
  if (dollars === 0 || dollars >= 0.1) return `$${dollars.toFixed(2)}`;
  // No exponents: nobody reads them.
  return `$${dollars.toFixed(Math.min(8, 1 - Math.floor(Math.log10(dollars))))}`;
}

/** How many tokens a text has, roughly. @param {string} text */
export function tokensIn(text) {
  return Math.ceil(text.length / 4);
}

/**
 * @param {number} number
 * @param {string} one
 * @param {string} [many]
 */
export function plural(number, one, many = `${one}s`) {
  return `${count(number)} ${number === 1 ? one : many}`;
}
