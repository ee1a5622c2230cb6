// @ts-check
/** The items of a batch as jobs. The core of this process knows them by numbers. */

import { opened } from './jobs.js';
import { issuesOfTravel } from './travel.js';
import { nameOf } from './work.js';

/** @typedef {import('./jobs.js').Jobs} Jobs */
/** @typedef {import('../index.js').Store} Store */
/** What a worker gave for an item. @typedef {{ task: any, metadata: any }} ItemResult */

/** The largest window that there is. */
const mostTaken = 100_000;
/** How long the end of a run waits until its jobs are taken out of a queue that does not answer. */
const patienceMs = 5_000;

export class Items {
  #options;
  #runId;
  #jobs;
  #store;
  /** Those that are not done. @type {Map<number, any>} */
  #items = new Map();
  /** How many of the same there were. @type {Map<string, number>} */
  #same = new Map();
  /** Jobs that are waited for. @type {Set<string>} */
  #open = new Set();
  /** The numbers, by the names of the tasks. @type {Map<string, number>} */
  numbers = new Map();
  /** By number. @type {Map<number, ItemResult>} */
  results = new Map();
  /** Whether the run's promise gives all results. */
  isKept = true;
  /** Called with each of them. */
  onResult = (/** @type {ItemResult} */ _result) => {};
  /** Why no worker can do any of them. @type {Record<string, any> | undefined} */
  invalid;

  /**
   * @param {Record<string, any>} options
   * @param {string | undefined} runId
   * @param {Jobs} jobs
   * @param {Store | undefined} store
   */
  constructor(options, runId, jobs, store) {
    this.#options = options;
    this.#runId = runId;
    this.#jobs = jobs;
    this.#store = store;
  }

  /**
   * The items with numbers in the place of what they say.
   * @param {any} inputs
   */
  numbered(inputs) {
    if (Array.isArray(inputs)) return inputs.map((item, index) => this.#number(item, index));
    if (typeof inputs !== 'object' || inputs === null) return inputs;
    if (!(Symbol.asyncIterator in inputs || Symbol.iterator in inputs)) return inputs;
    return this.#numberedAsTaken(inputs);
  }

  /** @param {AsyncIterable<any> | Iterable<any>} inputs */
  async *#numberedAsTaken(inputs) {
    let index = 0;
    for await (const item of inputs) {
      const numbered = this.#number(item, index, true);
      index += 1;
      yield numbered;
    }
  }

  /**
   * What is no item stays as it is, for the core to say so.
   * @param {any} item
   * @param {number} index
   * @param {boolean} [isUnique]  whether a name that was there gets a number
   */
  #number(item, index, isUnique = false) {
    const isText = typeof item === 'string' && item !== '';
    const says = isText || (typeof item?.content === 'string' && item.content !== '');
    const hasBody = item?.content === undefined && typeof item?.body === 'object' && item.body !== null;
    const given = item?.id ?? `input-${index + 1}`;
    if (!(says || hasBody) || typeof given !== 'string' || given === '') return item;
    let id = given;
    for (let count = 2; isUnique && this.numbers.has(id); count += 1) id = `${given}#${count}`;
    this.#items.set(index, item);
    this.numbers.set(id, index);
    const { body: _, ...rest } = isText ? { body: undefined } : item;
    return { ...rest, id, content: String(index) };
  }

  /**
   * In place of a model: has a worker do the item.
   * @param {number} number
   * @param {AbortSignal} signal
   */
  async complete(number, signal) {
    const result = await this.#result(number, signal);
    this.#items.delete(number);
    this.results.set(number, result);
    // More than a window of them nobody has yet to take.
    if (!this.isKept && this.results.size > mostTaken)
      this.results.delete(this.results.keys().next().value ?? 0);
    this.onResult(result);
    const { task } = result;
    if (task.status !== 'completed') throw new Error(task.error.message);
    const { promptTokens, completionTokens } = task.metadata;
    const { result: text, reasoning } = task;
    return { text, reasoning, usage: { promptTokens, completionTokens } };
  }

  /**
   * @param {number} number
   * @param {AbortSignal} signal
   * @returns {Promise<ItemResult>}
   */
  async #result(number, signal) {
    const item = this.#items.get(number);
    const [issue] = issuesOfTravel(item, `inputs[${number}]`);
    if (issue) return failed({ code: 'INVALID_INPUT', message: `${issue.path}: ${issue.message}` });
    const { id, job } = this.#job(item);
    this.#open.add(id);
    const ended = await this.#jobs.outcome(id, job, signal);
    this.#open.delete(id);
    const { value, failure } = await opened(ended, this.#store).catch(unreadable);
    if (!failure) return value;
    if (failure.issues) this.invalid ??= failure;
    const [task] = failure.results ?? [];
    return task ? { task, metadata: failure.metadata } : failed(failure);
  }

  /** @param {unknown} item */
  #job(item) {
    /** @type {import('./work.js').Job} */
    const job = { version: 1, strategy: 'batch', args: [[item]], options: this.#options };
    if (this.#runId !== undefined) job.runId = this.#runId;
    const name = nameOf(job);
    const place = this.#same.get(name) ?? 0;
    this.#same.set(name, place + 1);
    if (place === 0) return { id: name, job };
    const again = { ...job, place };
    return { id: nameOf(again), job: again };
  }

  /** At the end nobody waits for those any more. */
  async abortOpen() {
    if (this.#open.size === 0) return;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let timer;
    const late = new Promise((resolve) => {
      timer = setTimeout(resolve, patienceMs);
    });
    await Promise.race([this.#jobs.abort([...this.#open]), late]);
    clearTimeout(timer);
  }
}

/** @param {Error} error @returns {{ value?: any, failure: Record<string, any> }} */
const unreadable = ({ message }) => ({ failure: { code: 'RUN_FAILED', message } });

/** @param {Record<string, any>} failure @returns {ItemResult} */
function failed({ code, message, status, retryAfterMs, requestId }) {
  const error = { code, message, status, retryAfterMs, requestId };
  const told = Object.fromEntries(Object.entries(error).filter(([, value]) => value !== undefined));
  return { task: { status: 'failed', result: null, error: told }, metadata: {} };
}
