// @ts-check
/** Figures as a person reads them. */

/** @param {number} value */
export function count(value) {
  return value.toLocaleString('en');
}

/** @param {number} value */
export function short(value) {
  if (value < 10_000) return count(value);
  return value < 1e7 ? `${count(Math.round(value / 1000))} k` : `${count(Math.round(value / 1e6))} M`;
}

/** @param {number} seconds */
export function duration(seconds) {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** @param {number} dollars */
export function money(dollars) {
  return `$${dollars.toFixed(dollars < 1 ? 4 : 2)}`;
}

/** A time on a clock. @param {number} ms */
export function elapsed(ms) {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  return ms < 90_000 ? `${(ms / 1000).toFixed(1)} s` : duration(ms / 1000);
}
