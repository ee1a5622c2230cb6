// @ts-check
/**
 * The core of the package's own entry. Where its WebAssembly comes from, `imports` in package.json
 * says for each environment.
 */

import source from '#source';
import { loader } from './load.js';

export const load = loader(source);
