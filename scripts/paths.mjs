// @ts-check
/**
 * Where things are. Everything fetched or remembered lives under `.cache`, which is safe to delete.
 */

import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));

export const cache = join(root, '.cache');
/** The projects in which the package is tested, each with the tools that its package.json names. */
export const environments = join(cache, 'environments');
export const frameworks = join(cache, 'frameworks');
export const rustTools = join(cache, 'tools');
export const modelFolder = join(cache, 'model');
export const nodeModules = join(root, 'node_modules');
export const pkg = join(root, 'pkg');
export const www = join(root, 'www');
