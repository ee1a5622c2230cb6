// @ts-check
/**
 * Where a run begins: in which async context (what Node's `AsyncLocalStorage` holds there, and what
 * is to be JavaScript's own `AsyncContext`), and within which calls of `complete`. One core serves
 * all runs, and whatever brings it a turn has a context of its own.
 */

import { builtin } from './surroundings.js';

/**
 * Runs a function in the context in which it was made.
 * @typedef {{ run(turn: () => void): void }} Context
 */
/**
 * A call of `complete`; `outer` is the one that its own run began in.
 * @typedef {{ core: object, number: number, outer?: Call }} Call
 */
/** @typedef {{ context: Context | undefined, call: Call | undefined }} Origin */

const { AsyncLocalStorage, AsyncResource } = builtin('node:async_hooks');

/**
 * Made with the first call, since a storage in use makes promises slower.
 * @type {{ getStore(): Call, run(call: Call, fn: () => unknown): unknown } | undefined}
 */
let calls;
/**
 * The call that is being made. Without contexts it is known only until its function waits.
 * @type {Call | undefined}
 */
let present;
/** By the signal that a call was given, and may have passed on. @type {WeakMap<object, Call>} */
const bySignal = new WeakMap();

/**
 * Of what is being run now.
 * @param {unknown} signal  of the run that begins
 * @returns {Origin}
 */
export function origin(signal) {
  const call = calls?.getStore() ?? present ?? bySignal.get(/** @type {object} */ (signal));
  return { context: currentContext(), call };
}

/** @returns {Context | undefined} nothing where there are no contexts, as in pages */
export function currentContext() {
  const { AsyncContext } = /** @type {any} */ (globalThis);
  if (AsyncContext?.Snapshot) return new AsyncContext.Snapshot();
  if (!AsyncResource) return undefined;
  // `AsyncLocalStorage.snapshot` is the same, and takes twenty times as long in Node 20.
  const resource = new AsyncResource('parallelization-agent');
  return { run: (turn) => resource.runInAsyncScope(turn) };
}

/**
 * Makes a call such that the runs that begin within it know of it.
 * @param {Call} call
 * @param {() => unknown} make
 * @param {object} [signal]  that it is given
 */
export function callWithin(call, make, signal) {
  if (AsyncLocalStorage) calls ??= new AsyncLocalStorage();
  const outer = calls?.getStore() ?? present;
  const known = { ...call, outer };
  if (calls) return calls.run(known, make);
  if (signal) bySignal.set(signal, known);
  present = known;
  try {
    return make();
  } finally {
    present = outer;
  }
}

/**
 * The numbers of those calls that a core makes, the innermost first.
 * @param {object} core
 * @param {Call | undefined} call
 * @returns {number[]}
 */
export function callsOf(core, call) {
  const numbers = [];
  for (let open = call; open; open = open.outer) if (open.core === core) numbers.push(open.number);
  return numbers;
}
