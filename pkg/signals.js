// @ts-check
/** Follows the signals of callers. */

/**
 * What to do when a signal aborts. All runs share one listener: Node warns of more than ten.
 * @type {WeakMap<AbortSignal, Set<() => void>>}
 */
const followers = new WeakMap();

/**
 * Aborts when the caller's signal does.
 * @param {AbortSignal | undefined} signal  may be anything: the core reports what is no
 *   signal with all else that is wrong
 * @param {AbortController} controller
 * @returns {() => void} ends it
 */
export function follow(signal, controller) {
  try {
    if (typeof signal?.addEventListener !== 'function') return () => {};
    const abort = () => controller.abort(reasonOf(signal));
    if (signal.aborted) {
      abort();
      return () => {};
    }
    return join(signal, abort);
  } catch {
    return () => {};
  }
}

/**
 * @param {AbortSignal} signal
 * @param {() => void} abort
 */
function join(signal, abort) {
  const known = followers.get(signal);
  const all = known ?? new Set();
  if (!known) {
    followers.set(signal, all);
    const listener = () => {
      for (const follower of all) follower();
    };
    signal.addEventListener('abort', listener, { once: true });
    leave.set(all, () => signal.removeEventListener('abort', listener));
  }
  all.add(abort);
  return () => {
    all.delete(abort);
    if (all.size > 0 || followers.get(signal) !== all) return;
    followers.delete(signal);
    try {
      leave.get(all)?.();
    } catch {
      // A signal of somebody's own making keeps a listener that does nothing.
    }
  };
}

/** How a listener is taken back. @type {WeakMap<Set<() => void>, () => void>} */
const leave = new WeakMap();

/** @param {AbortSignal} signal */
function reasonOf(signal) {
  try {
    return signal.reason;
  } catch (error) {
    return error;
  }
}
