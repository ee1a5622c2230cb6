// @ts-check
/** `run`: asks with each row of a file, and writes an answer for each. */

import { batch } from '../../index.js';
import { Answers } from '../answers.js';
import { CliError, exitOf, exits, isCredentials, isLimit, isOfKey } from '../failure.js';
import { choiceOf, numberOf } from '../flags.js';
import { openInput } from '../input.js';
import { Names } from '../names.js';
import { checkDistinct, checkFields, lock, openOutput } from '../output.js';
import { patternOf, RowRuns, strategies } from '../patterns.js';
import { Progress } from '../progress.js';
import { questionsOf } from '../questions.js';
import { Recording } from '../recording.js';
import { settingsOf, textOf, withSomebody } from '../settings.js';
import { Wire } from '../wire.js';
import { summary } from './summary.js';

/** How long those on the wire have to finish after an interrupt. */
const graceMs = 10_000;

/** So many refusals for the credentials in a row: all others would fare alike. */
const enoughRefusals = 10;

/**
 * @param {string[]} rest
 * @param {import('../flags.js').Flags} flags
 * @returns {Promise<number>} the exit code
 */
export async function run([file, ...more], flags) {
  if (more.length > 0)
    throw new CliError(`Expected one file, got ${more.length + 1}. A text with spaces needs quotes.`);
  checkDistinct(flags, file);
  if (flags['dry-run']) return (await import('./dry-run.js')).dryRun(file, flags);
  const strategy = choiceOf(flags, 'strategy', ['batch', 'map-reduce', ...strategies]);
  if (strategy === 'map-reduce') return summary(file, flags);
  const pattern = strategies.includes(strategy) ? patternOf(strategy, flags) : undefined;
  if (flags.with !== undefined && !pattern)
    throw new CliError(`\`--with\` goes with \`--strategy\` ${strategies.join(', ')}.`);
  const settings = settingsOf(flags);
  const order = /** @type {'completion' | 'input'} */ (choiceOf(flags, 'order', ['completion', 'input']));
  const input = openInput(file, flags);
  const question = questionsOf({ ...flags, template: textOf(flags, 'template') }, pattern !== undefined);
  const most = numberOf(flags, 'limit', { least: 1, whole: true }) ?? Number.POSITIVE_INFINITY;
  const properties = pattern ? [] : Object.keys(settings.schema?.properties ?? {});
  const check = (/** @type {object} */ row) =>
    // What a pattern comes to has fields of its own.
    pattern || checkFields(flags, [...Object.keys(row), ...properties]);
  // All that is wrong with the rows is told before the first call.
  const total = input.again ? await checked(input, question, most, check) : undefined;
  if (total === 0 && !flags.quiet) process.stderr.write(`${input.name} holds no rows.\n`);
  const path = typeof flags.output === 'string' ? flags.output : undefined;
  if (path) lock(path);
  const somebody = await withSomebody(settings, (line) => void process.stderr.write(`${line}\n`));
  const answers = path ? new Answers(path, flags.fresh === true) : undefined;
  const output = await openOutput(flags, path, properties);
  const errors =
    typeof flags.errors === 'string' ? await openOutput({ format: 'jsonl' }, flags.errors) : undefined;
  const job = new Job(flags, { input, question, most, total, path, answers, output, errors, pattern });
  return job.run(somebody, order);
}

/**
 * @param {ReturnType<typeof openInput>} input
 * @param {ReturnType<typeof questionsOf>} question
 * @param {number} most
 * @param {(fields: object) => void} check  is shown the first
 */
async function checked(input, question, most, check) {
  let total = 0;
  for await (const row of input.rows()) {
    if (total === most) break;
    const { fields } = question(row);
    if (total === 0) check(fields);
    total += 1;
  }
  return total;
}

/** @typedef {Awaited<ReturnType<typeof openOutput>>} Output */
/**
 * @typedef {object} Work
 * @property {ReturnType<typeof openInput>} input
 * @property {ReturnType<typeof questionsOf>} question
 * @property {number} most  how many rows are taken
 * @property {number | undefined} total  how many there are, where that is known
 * @property {string | undefined} path  of the output
 * @property {Answers | undefined} answers
 * @property {Output} output
 * @property {Output | undefined} errors
 * @property {ReturnType<typeof patternOf> | undefined} pattern  for each row; without one, a row
 *   is one call
 */

class Job {
  #work;
  #progress;
  #recording;
  /**
   * The rows and their results, as far as the recording needs them.
   * @type {{ documents: object[], results: object[] }}
   */
  #kept = { documents: [], results: [] };
  #wire = new Wire();
  /**
   * What was asked and is not answered yet.
   * @type {Map<string, import('../questions.js').Question>}
   */
  #asked = new Map();
  #names = new Names();
  #allTaken = false;
  /** Whether a row that was taken was given up. */
  #cutOff = false;
  /** Whether no more rows are taken. */
  #ending = false;
  #interrupted = false;
  /** What ends it before its time. @type {unknown} */
  #failure;
  /** @type {Map<number, number>} */
  #exits = new Map();
  /** How many calls have been refused for the credentials since the last that was not. */
  #refusals = 0;

  /**
   * @param {import('../flags.js').Flags} flags
   * @param {Work} work
   */
  constructor(flags, work) {
    this.#work = work;
    this.#recording = new Recording(flags, 'batch');
    this.#progress = new Progress(flags, { total: work.total });
  }

  /**
   * @param {import('../settings.js').Settings} settings
   * @param {'completion' | 'input'} order
   */
  async run(settings, order) {
    const { concurrency } = settings;
    const window = Math.max(256, typeof concurrency === 'number' ? 2 * concurrency : 0);
    await this.#progress.start();
    const options = {
      ...settings,
      store: this.#work.answers,
      fetch: this.#wire.fetch,
      onEvent: this.#recording.beside(this.#progress.onEvent),
    };
    const { pattern } = this.#work;
    const run = pattern
      ? new RowRuns(pattern, this.#documents(), options)
      : batch(this.#documents(), { ...options, window });
    const release = this.#onInterrupt(() => run.abort(new Error('interrupted')));
    try {
      for await (const result of run.results({ order })) {
        if (this.#recording.isOn) this.#kept.results.push(result);
        await this.#take(result);
        if (this.#failure ?? this.#work.answers?.failure) break;
      }
    } catch (error) {
      // A run in which nothing was answered rejects; its rows have told why.
      if (!this.#ending && this.#exits.size === 0) this.#failure ??= error;
      else if (isLimit(/** @type {any} */ (error).code)) this.#count(exits.limit);
    } finally {
      release();
      this.#progress.end();
      const { documents, results } = this.#kept;
      this.#recording.end({
        args: [documents],
        result: { results, metadata: 'snapshot' in run ? run.snapshot() : undefined },
      });
      this.#work.output.close();
      this.#work.errors?.close();
    }
    return this.#exit();
  }

  async *#documents() {
    let index = 0;
    try {
      for await (const row of this.#work.input.rows()) {
        if (this.#ending) return;
        if (index === this.#work.most) break;
        const question = this.#work.question(row);
        index += 1;
        // Where nothing is kept, nothing has to be found again: then there is no table that grows.
        const id = this.#work.answers ? this.#names.of(question.content) : `row-${index}`;
        this.#asked.set(id, question);
        this.#recording.name(id, question.id);
        if (this.#recording.isOn) this.#kept.documents.push({ id, content: question.content });
        yield { id, content: question.content };
      }
      this.#allTaken = true;
    } catch (error) {
      // What is under way is answered and written all the same.
      this.#failure ??= error;
    }
  }

  /** @param {import('../../index.js').TaskResult} result */
  async #take({ taskId, status, result, data, error, metadata }) {
    const question = this.#asked.get(taskId);
    this.#asked.delete(taskId);
    // What was given up is asked for by the next run.
    if (status !== 'completed' && status !== 'failed') this.#cutOff = true;
    if (!question || (status !== 'completed' && status !== 'failed')) return;
    this.#progress.count({ status, metadata });
    const { id, fields } = question;
    const told = error && { code: error.code, message: error.message, status: error.status };
    if (error) this.#count(exitOf(error));
    const out = told && this.#work.errors ? this.#work.errors : this.#work.output;
    await out.write({ id, result: result ?? undefined, data, error: told }, metadata, fields);
    if (!metadata.fromStore) this.#refuse(error);
  }

  /** @param {import('../../index.js').TaskError} [error]  none of an answer */
  #refuse(error) {
    this.#refusals = error && isCredentials(error) ? this.#refusals + 1 : 0;
    const { done, fromStore } = this.#progress;
    if (!error || this.#refusals < enoughRefusals || (!isOfKey(error) && done > fromStore)) return;
    const message = error.message.replace(
      'Check `apiKey`.',
      'Check the key in the environment or in `--env-file`.',
    );
    this.#failure ??= new CliError(
      `Nothing works${done > fromStore ? ' any more' : ''}: ${message}`,
      exits.credentials,
    );
  }

  /** @param {number} exit */
  #count(exit) {
    this.#exits.set(exit, (this.#exits.get(exit) ?? 0) + 1);
  }

  /** @param {() => void} abort */
  #onInterrupt(abort) {
    const interrupt = () => {
      if (this.#ending) process.exit(this.#wasInterrupted());
      this.#ending = true;
      this.#interrupted = true;
      this.#progress.note('finishing what is on the wire; interrupt again to end at once');
      const timer = setTimeout(abort, graceMs);
      this.#wire.stop().then(() => {
        clearTimeout(timer);
        abort();
      });
    };
    process.on('SIGINT', interrupt);
    process.on('SIGTERM', interrupt);
    return () => {
      process.off('SIGINT', interrupt);
      process.off('SIGTERM', interrupt);
    };
  }

  #wasInterrupted() {
    const remedy = this.#work.path
      ? 'Run the same command to go on.'
      : 'With `-o FILE` the same command would go on.';
    process.stderr.write(`Interrupted. ${remedy}\n`);
    return exits.interrupted;
  }

  #exit() {
    const failure = this.#failure ?? this.#work.answers?.failure;
    if (this.#interrupted) return this.#wasInterrupted();
    if (failure) throw failure;
    if (this.#exits.has(exits.limit) || !this.#allTaken || this.#cutOff) {
      process.stderr.write(
        'The budget or the deadline is reached. Run the same command to go on: both begin anew with it.\n',
      );
      return exits.limit;
    }
    if (this.#exits.size === 0) return exits.done;
    const isHopeless =
      this.#progress.done === 0 && this.#exits.size === 1 && this.#exits.has(exits.credentials);
    if (this.#work.path && !this.#progress.quiet)
      process.stderr.write('Run the same command to ask again for what failed.\n');
    return isHopeless ? exits.credentials : exits.someFailed;
  }
}
