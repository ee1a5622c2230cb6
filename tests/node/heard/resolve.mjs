// @ts-check
/** Whoever imports the package gets the one whose runs are heard. */

const heard = new URL('./package.mjs', import.meta.url).href;

/** @type {import('node:module').ResolveHook} */
export function resolve(specifier, context, next) {
  const isOurs = specifier === 'parallelization-agent' && context.parentURL !== heard;
  return isOurs ? { url: heard, format: 'module', shortCircuit: true } : next(specifier, context);
}
