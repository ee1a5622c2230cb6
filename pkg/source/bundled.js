// @ts-check
/**
 * For bundlers that say no more of themselves than that. Vite copies the file when it builds, but not while it develops;
 * esbuild and Rollup never do. Vite puts `true` for the condition when it builds, and so leaves the copy in the code out.
 */

import inline from './inline.js';
import web from './web.js';

export default /** @type {any} */ (import.meta).env?.PROD === true ? web : inline;
