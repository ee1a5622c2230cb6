// @ts-check
/**
 * Timers and clocks of this process that jump to the next timer as soon as nothing else is to do:
 * what takes a minute is over at once, and takes exactly a minute, however busy the machine is.
 */

/** So often nothing new may come up before time goes on: messages need a turn or two. */
const idleTurns = 20;

/** @type {{ at: number, act: () => void, id: object }[]} */
let timers = [];
let now = 1_700_000_000_000;
const real = { setTimeout, clearTimeout };
let isVirtual = false;

// The package takes the timers that it finds when it is loaded, and is loaded by real time.
Object.assign(globalThis, {
  setTimeout: (/** @type {(...args: any[]) => void} */ act, ms = 0, /** @type {any[]} */ ...args) => {
    if (!isVirtual) return real.setTimeout(act, ms, ...args);
    const id = { unref: () => id, ref: () => id };
    timers.push({ at: now + Math.max(0, Number(ms) || 0), act: () => act(...args), id });
    return id;
  },
  clearTimeout: (/** @type {any} */ id) => {
    timers = timers.filter((timer) => timer.id !== id);
    real.clearTimeout(id);
  },
});

/** From now on, the time of this process is virtual. */
export function installVirtualTime() {
  isVirtual = true;
  const begunAt = now;
  Date.now = () => now;
  performance.now = () => now - begunAt;
}

/**
 * @template Result
 * @param {Promise<Result>} promise
 * @returns {Promise<{ ms: number, result?: Result, error?: any }>} what it comes to, and how long
 *   that takes
 */
export async function timed(promise) {
  const begunAt = now;
  /** @type {{ ms: number, result?: Result, error?: any } | null} */
  let ended = null;
  const end = (/** @type {object} */ what) => {
    ended = { ms: now - begunAt, ...what };
  };
  promise.then(
    (result) => end({ result }),
    (error) => end({ error }),
  );
  while (!ended) {
    for (let turn = 0; turn < idleTurns; turn++) await new Promise((resolve) => setImmediate(resolve));
    if (!ended) step();
  }
  return ended;
}

function step() {
  const next = timers.reduce(
    (/** @type {typeof timers[number] | undefined} */ first, timer) =>
      !first || timer.at < first.at ? timer : first,
    undefined,
  );
  if (!next) throw new Error('Nothing is left to wait for.');
  timers = timers.filter((timer) => timer !== next);
  now = Math.max(now, next.at);
  next.act();
}
