// @ts-check
/**
 * The async context of whoever begins a run: what Node's `AsyncLocalStorage` holds there, and what is to be JavaScript's own
 * `AsyncContext`. One core serves all runs, and whatever brings it a turn has a context of its own.
 */

/** Runs a function in the context in which it was made. @typedef {{ run(turn: () => void): void }} Context */

const { AsyncLocalStorage } = builtin('node:async_hooks');

/** @returns {Context | undefined} nothing where there are no contexts, as in pages */
export function currentContext() {
  const { AsyncContext } = /** @type {any} */ (globalThis);
  if (AsyncContext?.Snapshot) return new AsyncContext.Snapshot();
  const run = AsyncLocalStorage?.snapshot?.();
  return run && { run };
}

/**
 * A module of Node's, where there is Node; it is not imported, since bundlers would look for it.
 * @param {string} name
 * @returns {any}
 */
function builtin(name) {
  try {
    return /** @type {any} */ (globalThis).process?.getBuiltinModule?.(name) ?? {};
  } catch {
    return {};
  }
}
