// @ts-check
/**
 * All that is tested of the wire holds over `nodeFetch` as well: the same tests, with it in place
 * of the global `fetch`.
 */

import { nodeFetch } from 'parallelization-agent/node';

// The leaks first: they watch the core from its start.
globalThis.fetch = /** @type {any} */ (nodeFetch());
for (const name of ['leaks', 'wire', 'failure', 'keys', 'process']) await import(`./${name}.test.mjs`);
