// @ts-check
/**
 * What the package needs of the place that it runs in, and where it is found when the globals are
 * not what they should be: a page that a test simulates lacks some, and a library may have put its
 * own in the place of others.
 */

/** The language's own, whatever the global is by now. */
export const NativePromise = /** @type {PromiseConstructor} */ ((async () => {})().constructor);

const settled = NativePromise.resolve();

/**
 * A promise calls back as soon as `queueMicrotask`, for a third of the processor time in Node, and
 * no fake clock of a test holds it up.
 * @param {() => void} callback
 */
export const microtask = (callback) => settled.then(callback);

/**
 * A module of Node's, where there is Node; it is not imported, since bundlers would look for it.
 * @param {string} name
 * @returns {any}
 */
export function builtin(name) {
  try {
    return /** @type {any} */ (globalThis).process?.getBuiltinModule?.(name) ?? {};
  } catch {
    return {};
  }
}

/**
 * Node has them under jsdom, too, which has neither.
 * @returns {{ TextDecoder: typeof TextDecoder, TextEncoder: typeof TextEncoder }}
 */
export function textCoders() {
  const { TextDecoder, TextEncoder } = globalThis;
  if (typeof TextDecoder === 'function' && typeof TextEncoder === 'function')
    return { TextDecoder, TextEncoder };
  const node = builtin('node:util');
  return { TextDecoder: node.TextDecoder, TextEncoder: node.TextEncoder };
}

/**
 * Node's `fetch` takes only signals of Node's own class, which jsdom replaces.
 * @returns {typeof AbortController}
 */
export function abortController() {
  const { AbortController } = globalThis;
  if (typeof globalThis.window === 'undefined') return AbortController;
  return builtin('node:util').transferableAbortController?.().constructor ?? AbortController;
}

/** @returns {string[]} the names of what is missing without which nothing can run */
export function missing() {
  const needed = { WebAssembly: globalThis.WebAssembly, AbortController: abortController(), ...textCoders() };
  return Object.entries(needed)
    .filter(([, value]) => value === undefined)
    .map(([name]) => name);
}
