// @ts-check
/**
 * Gives the host its turn, for timers that are due and for input, where ours has lasted long:
 * thousands of runs and calls that are started at once begin over several turns. Where what runs
 * wait for is always there at once (a cache, a store), one microtask of the core would bring the
 * next for ever.
 */

import { NativePromise } from './surroundings.js';

// As they were when the package was loaded: a test that fakes them later waits for nothing here.
const { setImmediate, MessageChannel, performance } = globalThis;

/**
 * How long the host may go without a turn. It is asked for one at every sixteenth look: asking
 * costs more than looking.
 */
const patienceMs = 10;
const looksPerAsk = 16;

let looks = 0;

/** When our turn began, as far as anybody asked. @type {number | undefined} */
let begunMs;

/** @type {Set<() => void>} */
const waiting = new Set();

/**
 * Calls back once the host has had its turn; whether it will.
 * @param {() => void} callback
 */
export function nextTask(callback) {
  if (typeof setImmediate === 'function') {
    setImmediate(callback);
    return true;
  }
  // Timers wait for seconds in a page that nobody sees. Cloudflare's Workers tie timers and
  // channels to one request, whose end would leave all others waiting; their clock stands still
  // between two requests of ours besides.
  const isWorker = globalThis.navigator?.userAgent === 'Cloudflare-Workers';
  if (typeof MessageChannel !== 'function' || isWorker) return false;
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    port1.close();
    callback();
  };
  port2.postMessage(null);
  return true;
}

/** Whether the host has had no turn for long, and can have one. */
export function hostIsOverdue() {
  if (begunMs !== undefined) return isOverdue();
  looks += 1;
  if (looks % looksPerAsk === 0 && nextTask(goOn)) begunMs = performance.now();
  return false;
}

/** Resolves once the host has had its turn; nothing where it is not overdue. */
export function hostTurn() {
  if (!hostIsOverdue() && waiting.size === 0) return;
  return new NativePromise((/** @type {(value?: unknown) => void} */ resolve) => {
    waiting.add(() => resolve());
  });
}

function isOverdue() {
  return begunMs !== undefined && performance.now() - begunMs > patienceMs;
}

/** Those who wait go on in their order, until the host is overdue again. */
async function goOn() {
  if (waiting.size === 0) {
    begunMs = undefined;
    return;
  }
  begunMs = performance.now();
  for (const next of waiting) {
    waiting.delete(next);
    next();
    // It goes on before we do.
    await null;
    if (isOverdue()) break;
  }
  nextTask(goOn);
}
