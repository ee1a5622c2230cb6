// @ts-check
/**
 * For bundlers of which no more is known. Vite from version 8 copies the file when it builds: it
 * puts `true` for the condition, and so leaves the copy within the code out. Its development server
 * copies no file; esbuild, Rollup and older versions of Vite do not either, or not for certain, and
 * find nothing here.
 */

import inline from './inline.js';
import web from './web.js';

export default /** @type {any} */ (import.meta).env?.PROD === true ? web : inline;
