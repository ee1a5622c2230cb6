// @ts-check
/** What the examples of this page were answered: `node scripts/model/record.mjs` asks anew. */

import recorded from './recorded.json';

export const recording = /** @type {import('./recorded.js').Recording} */ (recorded);
