// @ts-check
/** The public functions and the agent behind them. */

import { BatchRun } from './batch.js';
import { origin } from './context.js';
import { InvalidInputError, wordsOf } from './errors.js';
import { hostTurn } from './host-turn.js';
import { checkNames } from './option-names.js';
import { ParallelRun } from './run.js';
import { observed, watched } from './trace.js';

/** @typedef {import('./instance.js').Instance} Instance */
/** @typedef {import('./instance.js').CoreAgent} CoreAgent */
/** @typedef {Record<string, any>} Options */

/** How many arguments each pattern takes before the options. */
const patterns = {
  parallelProcess: 2,
  sectioning: 2,
  voting: 1,
  mapReduce: 1,
  batch: 1,
  perspectives: 2,
  bestOf: 2,
  evaluate: 2,
  clones: 2,
  guarded: 2,
  run: 1,
};

/**
 * Makes the public API over a way to load the core.
 * @param {() => Promise<Instance>} load
 */
export function bind(load) {
  class Agent {
    /** @type {Options} */
    #options;
    /** @type {Instance | undefined} */
    #instance;
    /** @type {CoreAgent | undefined} */
    #core;

    constructor(options = {}) {
      this.#options = options;
    }

    /** What its limits hold back at this moment. */
    status() {
      return this.#core?.status() ?? { queued: 0, inFlight: 0, pools: [] };
    }

    static {
      for (const [name, count] of Object.entries(patterns)) {
        Object.defineProperty(Agent.prototype, name, {
          value(/** @type {unknown[]} */ ...args) {
            const given = withoutSections(name, args);
            return this.#start(name, given.slice(0, count), /** @type {Options} */ (given[count]));
          },
        });
      }
    }

    /**
     * @param {string} strategy
     * @param {unknown[]} args
     * @param {Options | null} [own]  the options of this run alone; null when the agent is made
     *   for the run
     */
    #start(strategy, args, own) {
      const options = ownOptions(this.#options, own);
      const from = origin(options.signal);
      /**
       * @param {[string, string]} ids
       * @param {(run: ReturnType<CoreAgent['start']>) => void} begun
       * @param {unknown[]} given
       */
      const start = async (ids, begun, given) => {
        const agent = await this.#agent();
        const turn = hostTurn();
        if (turn) await turn;
        const info = { runId: ids[0], threadId: ids[1], strategy };
        const core = watched(options.telemetry, info, from.context, (context) =>
          agent.start(strategy, given, own, ids, { ...from, context }),
        );
        begun(core);
        return core;
      };
      if (strategy !== 'batch')
        return new ParallelRun(options, strategy, (ids, begun) => start(ids, begun, args));
      return batchRun(options, args[0], start);
    }

    /**
     * What the core holds of it; made anew, with nothing spent, when an instance that failed gave
     * way to another.
     */
    async #agent() {
      const instance = await load();
      if (!this.#core) observed(() => this.#options?.telemetry, this);
      if (!this.#core || this.#instance !== instance) this.#core = instance.agent(this.#options);
      this.#instance = instance;
      return this.#core;
    }
  }

  /**
   * What a caller makes. The agent of a plain call has its options checked with all else of the
   * call.
   */
  class ParallelAgent extends Agent {
    constructor(options = {}) {
      checkNames(options);
      super(options);
    }
  }

  /** A plain call makes an agent for itself. */
  const functions = Object.entries(patterns).map(([name, count]) => [
    name,
    (/** @type {unknown[]} */ ...args) => {
      const given = withoutSections(name, args);
      const agent = /** @type {any} */ (new Agent(/** @type {Options} */ (given[count])));
      return agent[name](...Array.from({ length: count }, (_, index) => given[index]), null);
    },
  ]);
  return { ParallelAgent, ...Object.fromEntries(functions) };
}

/**
 * @param {ConstructorParameters<typeof BatchRun>[0]} options
 * @param {unknown} inputs
 * @param {(
 *   ids: [string, string],
 *   begun: (run: ReturnType<CoreAgent['start']>) => void,
 *   given: unknown[],
 * ) => ReturnType<import('./run.js').Begin>} start
 */
export function batchRun(options, inputs, start) {
  return new BatchRun(options, 'batch', async (ids, begun, take) => {
    const source = iterator(inputs);
    const core = await start(ids, begun, [source ? () => nextRow(source) : inputs, take]);
    // A generator that is left early has things to put away.
    const close = async () => source?.return?.();
    core.outcome.then(close, close).catch(() => {});
    return core;
  });
}

/**
 * Sections may be left out, so that the options come second.
 * @param {string} name
 * @param {unknown[]} args
 */
function withoutSections(name, args) {
  const [topic, second] = args;
  const leftOut = name === 'sectioning' && args.length === 2 && !isArray(second);
  return leftOut ? [topic, undefined, second] : args;
}

/**
 * The options that the run itself goes by. What cannot be read is left to the core, which tells all
 * that is wrong at once.
 * @param {Options} agent
 * @param {Options | null} [own]
 * @returns {{
 *   signal?: AbortSignal,
 *   onEvent?: (event: object) => void,
 *   runId?: string,
 *   threadId?: string,
 *   telemetry?: import('./index.js').Telemetry,
 * }}
 */
function ownOptions(agent, own) {
  const read = (/** @type {string} */ name) => {
    try {
      return own?.[name] ?? agent?.[name];
    } catch {
      return undefined;
    }
  };
  const names = ['signal', 'onEvent', 'runId', 'threadId', 'telemetry'];
  const [signal, onEvent, runId, threadId, telemetry] = names.map(read);
  return { signal, onEvent, runId, threadId, telemetry };
}

/** It throws at a proxy that was revoked. @param {unknown} value */
function isArray(value) {
  try {
    return Array.isArray(value);
  } catch {
    return false;
  }
}

/**
 * A batch may come from an iterable or an async iterable: the core takes an item when it has room
 * for one.
 * @param {any} inputs
 */
function iterator(inputs) {
  if (isArray(inputs) || typeof inputs !== 'object') return undefined;
  try {
    return inputs?.[Symbol.asyncIterator]?.() ?? inputs?.[Symbol.iterator]?.();
  } catch (error) {
    const message = `Reading it threw: ${wordsOf(error)}`;
    throw new InvalidInputError([{ path: 'inputs', message, received: 'an object' }]);
  }
}

/**
 * Further columns of a row are nobody's business, of whatever kind they are: they stay outside.
 * @param {Iterator<any> | AsyncIterator<any>} source
 */
async function nextRow(source) {
  const step = await source.next();
  const { id, content } = step?.value ?? {};
  return typeof content === 'string' ? { done: step.done, value: { id, content } } : step;
}
