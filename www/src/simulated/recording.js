// @ts-check
/**
 * The recording that this page was built with, if any: `node scripts/model/record.mjs` makes one.
 */

/** @type {Record<string, import('./recorded.js').Recording>} */
const files = import.meta.glob('./recorded.json', { eager: true, import: 'default' });

export const recording = Object.values(files)[0] ?? null;
