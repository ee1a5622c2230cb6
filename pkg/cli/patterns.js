// @ts-check
/**
 * `run --strategy`: each row is put to several calls, in one of the package's patterns, and has one
 * answer.
 */

import { ParallelAgent } from '../index.js';
import { CliError } from './failure.js';
import { textOf } from './settings.js';

/** @typedef {import('../index.js').TaskResult} TaskResult */
/** @typedef {{ id: string, content: string }} Document */

/** How many rows are under way at once; their calls share the limits. */
const atOnce = 32;

/**
 * @typedef {object} Pattern
 * @property {string} name  of the package's function
 * @property {string} [needs]  what `--with` has to name
 * @property {string} [option]  where it goes, if it is no argument
 * @property {unknown} [usual]  what it is without `--with`
 */

/** @type {Record<string, Pattern>} */
const patterns = {
  voting: { name: 'voting', option: 'voters', usual: 3 },
  'best-of': { name: 'bestOf', usual: 3 },
  evaluate: { name: 'evaluate', needs: 'criteria, as `--with clarity,evidence`' },
  perspectives: { name: 'perspectives', needs: 'who looks at it, as `--with lawyer,engineer`' },
  guarded: { name: 'guarded', needs: 'what guards look out for, as `--with \'["personal data"]\'`' },
};

export const strategies = Object.keys(patterns);

/**
 * @param {string} strategy
 * @param {import('./flags.js').Flags} flags
 * @returns {(agent: any, content: string, own: object) => Promise<any>} asks with one row
 */
export function patternOf(strategy, flags) {
  const { name, needs, option, usual } = patterns[strategy];
  if (flags.with === undefined && needs) throw new CliError(`\`--strategy ${strategy}\` needs ${needs}.`);
  const other = ['trace', 'report'].find((flag) => flags[flag] !== undefined);
  if (other)
    throw new CliError(
      `\`--${other}\` keeps one run, and with \`--strategy ${strategy}\` each row is one. Leave one of them out.`,
    );
  const given = flags.with === undefined ? usual : listOf(String(textOf(flags, 'with')));
  return (agent, content, own) =>
    option ? agent[name](content, { ...own, [option]: given }) : agent[name](content, given, own);
}

/** A number, JSON, or names between commas. @param {string} text */
function listOf(text) {
  if (/^\s*\d+\s*$/.test(text)) return Number(text);
  if (!/^\s*[[{]/.test(text)) return text.split(',').map((part) => part.trim());
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new CliError(`\`--with\`: this is no JSON (${/** @type {Error} */ (error).message}).`);
  }
}

/**
 * A document that was read, nothing after the last, or a result.
 * @typedef {{ document?: Document, result?: any, over?: () => Promise<Arrival> }} Arrival
 */

/**
 * @param {AsyncIterator<Document>} documents
 * @returns {Promise<Arrival>}
 */
async function read(documents) {
  const { done, value } = await documents.next();
  return done ? {} : { document: value };
}

/** Rows that are asked with in a pattern: read as a batch is. */
export class RowRuns {
  #ask;
  #documents;
  #agent;
  #endsAt;
  #abort = new AbortController();

  /**
   * @param {ReturnType<typeof patternOf>} ask
   * @param {AsyncIterable<Document>} documents
   * @param {Record<string, any>} options
   */
  constructor(ask, documents, { deadlineMs, ...options }) {
    this.#ask = ask;
    this.#documents = documents;
    this.#agent = new ParallelAgent(options);
    // It is that of all rows together.
    this.#endsAt = deadlineMs === undefined ? undefined : performance.now() + deadlineMs;
  }

  /** @param {Error} reason */
  abort(reason) {
    this.#abort.abort(reason);
  }

  /**
   * @param {{ order: 'completion' | 'input' }} how
   * @returns {AsyncGenerator<any, void>}
   */
  async *results({ order }) {
    /** @type {Set<Promise<Arrival>>} */
    const underWay = new Set();
    const documents = this.#documents[Symbol.asyncIterator]();
    let reading = read(documents);
    const { signal } = this.#abort;
    /** @type {Promise<Arrival>} */
    const aborted = new Promise((resolve) =>
      signal.addEventListener('abort', () => resolve({}), { once: true }),
    );
    try {
      for (let isRead = false; !isRead || underWay.size > 0; ) {
        const awaited = order === 'input' ? [...underWay].slice(0, 1) : [...underWay];
        // After an abort nothing more is read, and what is under way ends by itself.
        if (!isRead) awaited.push(aborted);
        if (!isRead && underWay.size < atOnce) awaited.push(reading);
        const { document, over, result } = await Promise.race(awaited);
        if (over) {
          underWay.delete(over());
          yield result;
        } else if (document) {
          /** @type {Promise<Arrival>} */
          const promise = this.#one(document).then((result) => ({ result, over: () => promise }));
          // It is waited for later, perhaps.
          promise.catch(() => {});
          underWay.add(promise);
          reading = read(documents);
        } else isRead = true;
      }
    } finally {
      this.#abort.abort(new Error('Nobody reads the results any more.'));
      await Promise.allSettled(underWay);
    }
  }

  /** @param {Document} document */
  async #one({ id, content }) {
    const deadlineMs = this.#endsAt && Math.max(1, Math.round(this.#endsAt - performance.now()));
    const own = { signal: this.#abort.signal, ...(deadlineMs && { deadlineMs }) };
    try {
      return answered(id, await this.#ask(this.#agent, content, own));
    } catch (thrown) {
      const error = /** @type {any} */ (thrown);
      if (error.code === 'INVALID_INPUT' || !error.code) throw error;
      const status = error.code === 'ABORTED' ? 'cancelled' : 'failed';
      // Why a call failed says more than that all did.
      const {
        code,
        message,
        option,
        status: ofServer,
      } = error.results?.find((/** @type {TaskResult} */ { error: own }) => own)?.error ?? error;
      return {
        taskId: id,
        status,
        result: null,
        error: { code, message, option, status: ofServer },
        metadata: sums(error.metadata),
      };
    }
  }
}

/**
 * @param {string} taskId
 * @param {any} result  of a pattern
 */
function answered(taskId, result) {
  const { metadata, results: _, ...data } = result;
  return { taskId, status: 'completed', result: answerOf(result), data, metadata: sums(metadata) };
}

/** As the results of single calls have them. @param {any} [metadata]  of a run */
function sums({
  totalTokens = 0,
  totalCost = null,
  fromStoreTasks = 0,
  completedTasks = 0,
  attempts = 0,
  ...rest
} = {}) {
  const fromStore = fromStoreTasks > 0 && fromStoreTasks === completedTasks && attempts === 0;
  return { ...rest, tokens: totalTokens, cost: totalCost, fromStore, attempts };
}

/**
 * What a pattern came to, as a text.
 * @param {any} result
 * @returns {string | null}
 */
function answerOf({ summary, winner, answer, total }) {
  const found = [summary, winner, answer].find((value) => typeof value === 'string');
  if (found !== undefined) return found;
  return typeof total === 'number' ? String(total) : null;
}
