// @ts-check
/**
 * One instance of the core, and the runs in it. Should it trap, be it for a bug of ours or for want
 * of memory, its promises never settle and its memory is not to be trusted: its runs reject, and
 * what its timers and requests still bring is dropped.
 */

import { fromAiSdk } from './ai-sdk/index.js';
import { openBody } from './body.js';
import { connectionsTo } from './connections.js';
import { callsOf, callWithin } from './context.js';
import { keepThrown, ParallelError, wordsOf } from './errors.js';
import { ownPromise } from './own-promise.js';
import { pieces } from './pieces.js';
import { trackResources } from './resources.js';
import { microtask, missing, NativePromise, textCoders } from './surroundings.js';
import { bindings } from './wasm/core.js';

/** @typedef {import('./wasm/core.js').Run} CoreRun */
/** @typedef {Awaited<ReturnType<typeof startInstance>>} Instance */
/** @typedef {ReturnType<Instance['agent']>} CoreAgent */
/** @typedef {BufferSource | Response | WebAssembly.Module | URL | string} Core */
/** @typedef {() => Core | Promise<Core>} Source  where the core comes from */
/** @typedef {import('./events.js').Emit} Emit */

const CORE_FAILED = 'CORE_FAILED';

/** These are called within the others, and often. */
const inner = /^__(wbindgen_(?!destroy)|externref)/;

/**
 * @param {Source} source
 * @param {() => void} onFailure  called when the instance is of no more use
 */
export async function startInstance(source, onFailure) {
  /** @type {Set<(error: ParallelError) => void>} */
  const runs = new Set();
  const lacking = missing();
  if (lacking.length > 0) {
    const remedy = 'A test that simulates a page has to take it over from Node, in its setup';
    throw coreFailed(
      'The core could not be loaded',
      new Error(`there is no ${lacking.join(', no ')} here. ${remedy}`),
    );
  }
  const resources = trackResources();
  /** @type {{ cause: unknown } | undefined} */
  let failed;

  /** @param {unknown} cause */
  function fail(cause) {
    if (failed) return;
    // Where the stack was used up, there is room again only later.
    microtask(() => {
      onFailure();
      resources.release();
      for (const end of runs) end(coreFailed('The core failed while the run was under way', cause));
      runs.clear();
    });
    failed = { cause };
  }

  /**
   * What a trap throws goes no further: most calls come from timers and promises, where nobody
   * would catch it.
   * @param {Function} enter
   */
  function guarded(enter) {
    return (/** @type {unknown[]} */ ...args) => {
      if (failed) return [];
      try {
        return enter(...args);
      } catch (error) {
        fail(error);
        return [];
      }
    };
  }

  /** @param {WebAssembly.Exports} exports */
  function guard(exports) {
    const guardedExports = Object.entries(exports).map(([name, value]) => [
      name,
      typeof value === 'function' && !inner.test(name) ? guarded(value) : value,
    ]);
    return Object.fromEntries(guardedExports);
  }

  /**
   * What was made in a call that trapped is nothing.
   * @template T
   * @param {() => T} make
   */
  function whole(make) {
    const made = make();
    if (failed) throw coreFailed('The core failed when the run was to start', failed.cause);
    return made;
  }

  /** @param {CoreRun} run */
  function followed(run) {
    /** @type {Emit | undefined} */
    let listener;
    const whole = pieces();
    const outcome = new NativePromise((resolve, reject) => {
      const end = (/** @type {ParallelError} */ error) => {
        listener?.({ type: 'RUN_ERROR', message: error.message, code: CORE_FAILED, timestamp: Date.now() });
        reject(error);
      };
      runs.add(end);
      run.outcome.finally(() => runs.delete(end)).then(resolve, reject);
    });
    return {
      outcome,
      abort: () => run.abort(),
      snapshot() {
        const snapshot = run.snapshot();
        return failed ? undefined : snapshot;
      },
      listen(/** @type {Emit} */ late, /** @type {Emit} */ emit) {
        listener = emit;
        run.listen(whole(late), whole(emit));
      },
    };
  }

  const { init, Agent } = bindings({
    ...resources,
    ...textCoders(),
    Promise: NativePromise,
    guard,
    fromAiSdk,
    keepThrown,
    connectionsTo,
    openBody,
    ownPromise,
    callWithin: (call, fn, self, args) =>
      callWithin({ core: runs, number: call }, () => fn.apply(self, args), args[1]?.signal),
  });
  try {
    await init(await source());
  } catch (error) {
    throw coreFailed('The core could not be loaded', error);
  }
  return {
    /** @param {object} options */
    agent(options) {
      const agent = whole(() => new Agent(options));
      return {
        /** Nothing of an instance that failed. */
        status() {
          const status = agent.status();
          return failed ? undefined : status;
        },
        /**
         * @param {string} strategy
         * @param {unknown[]} args
         * @param {object | null | undefined} own
         * @param {string[]} ids
         * @param {import('./context.js').Origin} origin
         */
        start(strategy, args, own, ids, { context, call }) {
          const calls = Uint32Array.from(callsOf(runs, call));
          return followed(whole(() => agent.start(strategy, args, own, ids, context, calls)));
        },
      };
    },
  };
}

/**
 * @param {string} what
 * @param {unknown} cause
 */
function coreFailed(what, cause) {
  const message = `${what}: ${wordsOf(cause)}. The next call starts a fresh one.`;
  return new ParallelError({ code: CORE_FAILED, message }, { cause });
}
