// @ts-check
/** The public functions and the agent behind them. */

import { ParallelRun } from './run.js';

/** @typedef {import('./load.js').Core} Core */
/** @typedef {import('./wasm/core.js').Agent} CoreAgent */
/** @typedef {Record<string, any>} Options */

/**
 * Makes the public API over a way to load the core.
 * @param {() => Promise<Core>} load
 */
export function bind(load) {
  class ParallelAgent {
    /** @type {Options} */
    #options;
    /** @type {Promise<CoreAgent> | undefined} */
    #core;

    constructor(options = {}) {
      this.#options = options;
    }

    /**
     * @param {string} task
     * @param {object[]} subtasks
     * @param {Options} [options]
     */
    parallelProcess(task, subtasks, options) {
      return this.#start('parallelProcess', [task, subtasks], options);
    }

    /**
     * @param {string} strategy
     * @param {unknown[]} args
     * @param {Options} [own]  what this run does otherwise than the agent
     */
    #start(strategy, args, own) {
      const { signal, onEvent, runId, threadId } = { ...this.#options, ...own };
      return new ParallelRun({ signal, onEvent, runId, threadId }, async (ids, emit) =>
        (await this.#agent()).start(strategy, args, own, ids, emit),
      );
    }

    #agent() {
      this.#core ??= load().then(
        ({ Agent }) => new Agent(this.#options),
        (error) => {
          this.#core = undefined;
          throw error;
        },
      );
      return this.#core;
    }
  }

  return {
    ParallelAgent,
    /**
     * @param {string} task
     * @param {object[]} subtasks
     * @param {Options} [options]
     */
    parallelProcess: (task, subtasks, options) => new ParallelAgent(options).parallelProcess(task, subtasks),
  };
}
