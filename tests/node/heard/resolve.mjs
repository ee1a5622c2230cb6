// @ts-check
/** An import of the package gets the one whose runs are heard. */

import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { cache } from '../../../scripts/paths.mjs';

/** `package.mjs` and all that it imports, as the step bundles them. */
const heard = pathToFileURL(join(cache, 'heard.mjs')).href;

/** @type {import('node:module').ResolveHook} */
export function resolve(specifier, context, next) {
  const isOurs = specifier === 'parallelization-agent' && context.parentURL !== heard;
  return isOurs ? { url: heard, format: 'module', shortCircuit: true } : next(specifier, context);
}
