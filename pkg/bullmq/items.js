// @ts-check
/** The items of a batch as jobs. The core of this process knows them by numbers. */

import { JobLog } from './job-log.js';
import { opened, queueFailed } from './jobs.js';
import { Relay } from './relay.js';
import { issuesOfTravel } from './travel.js';
import { itemOf, nameOf } from './work.js';

/** @typedef {import('./jobs.js').Jobs} Jobs */
/** @typedef {import('../index.js').Store} Store */
/** What a worker gave for an item. @typedef {{ task: any, metadata: any }} ItemResult */

/** The largest window that there is. */
const mostTaken = 100_000;

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
    // What a model says between calls of tools is no part of its answer.
    this.streams = options.stream === true && options.tools === undefined;
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
    const given = typeof item?.id === 'number' ? String(item.id) : (item?.id ?? `input-${index + 1}`);
    if (!(says || hasBody) || typeof given !== 'string' || given === '') return item;
    let id = given;
    for (let count = 2; isUnique && this.numbers.has(id); count += 1) id = `${given}#${count}`;
    this.#items.set(index, itemOf(item));
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
    return this.streams ? this.#pieces(number, signal) : this.#answer(number, signal);
  }

  /** @param {number} number @param {AbortSignal} signal */
  async #answer(number, signal) {
    return answerOf(await this.#result(number, signal, () => {}));
  }

  /** The answer as it comes. @param {number} number @param {AbortSignal} signal */
  async *#pieces(number, signal) {
    /** @type {{ text?: string, reasoning?: string }[]} */
    let waiting = [];
    let wake = () => {};
    let said = '';
    const hear = (/** @type {import('../events.js').Event} */ { type, delta }) => {
      if (type === 'TEXT_MESSAGE_CONTENT') waiting.push({ text: delta });
      if (type === 'REASONING_MESSAGE_CONTENT') waiting.push({ reasoning: delta });
      wake();
    };
    let isOver = false;
    const result = this.#result(number, signal, hear).finally(() => {
      isOver = true;
      wake();
    });
    // It is awaited below, when all that came before it was given.
    result.catch(() => {});
    while (!isOver) {
      await new Promise((resolve) => {
        wake = () => resolve(undefined);
        if (isOver || waiting.length > 0) wake();
      });
      const pieces = waiting;
      waiting = [];
      for (const { text = '' } of pieces) said += text;
      yield* pieces;
    }
    const { text, usage } = answerOf(await result);
    yield { text: text.startsWith(said) ? text.slice(said.length) : '', usage };
  }

  /**
   * @param {number} number
   * @param {AbortSignal} signal
   * @param {import('../events.js').Emit} hear  the events of the worker's run, where it streams
   * @returns {Promise<ItemResult>}
   */
  async #result(number, signal, hear) {
    const result = await this.#resultOfJob(number, signal, hear);
    this.#items.delete(number);
    this.results.set(number, result);
    // More than a window of them nobody has yet to take.
    if (!this.isKept && this.results.size > mostTaken)
      this.results.delete(this.results.keys().next().value ?? 0);
    this.onResult(result);
    return result;
  }

  /**
   * @param {number} number
   * @param {AbortSignal} signal
   * @param {import('../events.js').Emit} hear
   * @returns {Promise<ItemResult>}
   */
  async #resultOfJob(number, signal, hear) {
    const item = this.#items.get(number);
    const [issue] = issuesOfTravel(item, `inputs[${number}]`);
    if (issue) return failed({ code: 'INVALID_INPUT', message: `${issue.path}: ${issue.message}` });
    const { id, job } = this.#job(item);
    this.#open.add(id);
    const log = this.streams
      ? new JobLog(id, this.#jobs, new Relay({ threadId: id, runId: id }, {}))
      : undefined;
    log?.relay.listen(() => {}, hear);
    const outcome = async () => {
      const ended = await this.#jobs.outcome(id, job, signal, () => log?.read());
      await log?.read();
      return opened(ended, this.#store);
    };
    const { value, failure } = await outcome().catch((error) => {
      if (signal.aborted) throw error;
      return { value: undefined, failure: queueFailed(error) };
    });
    this.#open.delete(id);
    if (!failure) return value;
    if (failure.issues) this.invalid ??= failure;
    const [task] = failure.results ?? [];
    // One that was ended at the worker has failed here: nobody here has ended it.
    return task
      ? { task: { ...task, status: 'failed', result: null }, metadata: failure.metadata }
      : failed(failure);
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
    if (this.#open.size > 0) await this.#jobs.abort([...this.#open]);
  }
}

/** As a model's function gives it. @param {ItemResult} result */
function answerOf({ task }) {
  if (task.status !== 'completed') throw new Error(task.error.message);
  const { promptTokens, completionTokens } = task.metadata;
  const { result: text, reasoning } = task;
  return { text, reasoning, usage: { promptTokens, completionTokens } };
}

/** @param {Record<string, any>} failure @returns {ItemResult} */
function failed({ code, message, status, retryAfterMs, requestId, option }) {
  const error = { code, message, status, retryAfterMs, requestId, option };
  const fields = Object.fromEntries(Object.entries(error).filter(([, value]) => value !== undefined));
  return { task: { status: 'failed', result: null, error: fields }, metadata: {} };
}
