/** An agent, and a function for each pattern. */

import type {
  BestOfOptions,
  BestOfResult,
  CloneContext,
  ClonesResult,
  EvaluateResult,
  Guard,
  GuardedOptions,
  GuardedResult,
} from './candidates.js';
import type { AbortError, InvalidInputError, ParallelError } from './errors.js';
import type { AgentDefaults, AgentOptions, RunOptions } from './options.js';
import type { Section, SectioningOptions, SectioningResult, Subtask } from './process.js';
import type { PromptOptions, PromptResult } from './prompt.js';
import type { ProcessResult } from './results.js';
import type {
  BatchOptions,
  BatchRun,
  DataOf,
  Document,
  Many,
  MapReduceOptions,
  MapReduceResult,
  RequestBody,
} from './rows.js';
import type { AgentStatus, ParallelRun } from './run.js';
import type { Criteria, VotingOptions, VotingResult } from './voting.js';
import type { Worker, WorkerOrInstructions } from './worker.js';

/**
 * Holds what runs share: limits, budget, account. On Cloudflare Workers each request needs one of
 * its own: there, no request can wait for another.
 * @example const agent = new ParallelAgent({ concurrency: 8, budget: { tokens: 1_000_000 } });
 */
export class ParallelAgent {
  constructor(options?: AgentDefaults);
  /**
   * What its limits hold back at this moment, for a dashboard. It is cheap; nothing is counted for
   * it.
   * @example const { queued, pools } = new ParallelAgent().status();
   */
  status(): AgentStatus;
  /** As the function of that name, within the agent's limits. */
  parallelProcess<D = unknown, S = unknown>(
    task: string,
    subtasks: readonly Subtask[],
    options?: RunOptions<D, S>,
  ): ParallelRun<ProcessResult<D, S>>;
  /** As the function of that name, within the agent's limits. */
  sectioning<D = unknown>(
    topic: string,
    sections?: readonly (string | Section)[] | null,
    options?: RunOptions<D> & SectioningOptions,
  ): ParallelRun<SectioningResult<D>>;
  /** As the function of that name, within the agent's limits. */
  sectioning<D = unknown>(
    topic: string,
    options: RunOptions<D> & SectioningOptions,
  ): ParallelRun<SectioningResult<D>>;
  /** As the function of that name, within the agent's limits. */
  voting<D = unknown>(
    question: string,
    options?: RunOptions<D> & VotingOptions,
  ): ParallelRun<VotingResult<D>>;
  /** As the function of that name, within the agent's limits. */
  mapReduce<D = unknown, S = unknown>(
    documents: readonly Document[],
    options?: RunOptions<D, S> & MapReduceOptions<D, S>,
  ): ParallelRun<MapReduceResult<D, S>>;
  /** As the function of that name, within the agent's limits. */
  batch<D = unknown, R extends Document | RequestBody = Document>(
    inputs: Many<R>,
    options?: RunOptions<D> & BatchOptions<DataOf<R, D>>,
  ): BatchRun<DataOf<R, D>>;
  /** As the function of that name, within the agent's limits. */
  perspectives<D = unknown, S = unknown>(
    input: string,
    workers:
      | readonly (string | (Worker & { name?: string | undefined }))[]
      | Record<string, WorkerOrInstructions>,
    options?: RunOptions<D, S>,
  ): ParallelRun<ProcessResult<D, S>>;
  /** As the function of that name, within the agent's limits. */
  bestOf<D = unknown>(
    input: string,
    n?: number,
    options?: RunOptions<D> & BestOfOptions,
  ): ParallelRun<BestOfResult<D>>;
  /** As the function of that name, within the agent's limits. */
  evaluate(subject: string, criteria: Criteria, options?: RunOptions): ParallelRun<EvaluateResult>;
  /** As the function of that name, within the agent's limits. */
  clones<D = unknown>(
    contexts: Record<string, CloneContext> | readonly CloneContext[],
    content: string,
    options?: RunOptions<D>,
  ): ParallelRun<ClonesResult<D>>;
  /** As the function of that name, within the agent's limits. */
  guarded(
    input: string,
    guards: readonly Guard[] | Record<string, WorkerOrInstructions>,
    options?: RunOptions & GuardedOptions,
  ): ParallelRun<GuardedResult>;
  /** As the function of that name, within the agent's limits. */
  run<D = unknown, S = unknown>(
    prompt: string,
    options?: RunOptions<D, S> & PromptOptions<D, S>,
  ): ParallelRun<PromptResult<D, S>>;
}

/**
 * Runs subtasks in parallel, each the moment that its dependencies are done, and puts their results
 * together.
 *
 * @param task what it is all for, in your own words: it stands in the system message of each call,
 *   without fences, so that the text of others does not belong there
 * @param subtasks what to do
 * @throws {@link InvalidInputError} with all that is wrong with the input; no request was sent
 * @throws {@link AbortError} after an abort
 * @throws {@link ParallelError} when no task completed, when fewer than `quorum` did, or when one
 *   failed under `onError: 'throw'`
 * @example
 * const result = await parallelProcess('Analyze a research paper', [
 *   { id: 'methodology', type: 'analysis', content: 'Analyze methodology section' },
 *   { id: 'results', type: 'analysis', content: 'Analyze results section' },
 *   {
 *     id: 'discussion',
 *     type: 'analysis',
 *     content: 'Analyze discussion',
 *     dependencies: ['methodology', 'results'],
 *   },
 * ]);
 */
export function parallelProcess<D = unknown, S = unknown>(
  task: string,
  subtasks: readonly Subtask[],
  options?: AgentOptions<D, S>,
): ParallelRun<ProcessResult<D, S>>;

/**
 * Writes a text in sections, each seeing the outline and not the others, and puts them together.
 * Without sections a call divides the topic, unless it reads `Topic: A, B, C`.
 *
 * @example
 * const topics = ['Privacy', 'Bias', 'Transparency'];
 * const { sections, keyPoints } = await sectioning('AI ethics', topics);
 */
export function sectioning<D = unknown>(
  topic: string,
  sections?: readonly (string | Section)[] | null,
  options?: AgentOptions<D> & SectioningOptions,
): ParallelRun<SectioningResult<D>>;

export function sectioning<D = unknown>(
  topic: string,
  options: AgentOptions<D> & SectioningOptions,
): ParallelRun<SectioningResult<D>>;

/**
 * Asks several workers the same question and finds the answer that wins. It ends as soon as the
 * lead cannot be overtaken.
 *
 * @example
 * const { winner, tally } = await voting('Is remote work better than office work?', { voters: 5 });
 */
export function voting<D = unknown>(
  question: string,
  options?: AgentOptions<D> & VotingOptions,
): ParallelRun<VotingResult<D>>;

/**
 * Reads documents in parallel and puts the results together in a tree, each reduce as soon as its
 * inputs are there.
 *
 * @example
 * const { summary } = await mapReduce(articles, {
 *   map: 'List the themes.',
 *   reduce: 'Merge the themes.',
 *   fanIn: 10,
 * });
 */
export function mapReduce<D = unknown, S = unknown>(
  documents: readonly Document[],
  options?: AgentOptions<D, S> & MapReduceOptions<D, S>,
): ParallelRun<MapReduceResult<D, S>>;

/**
 * Does the same with many inputs. One that fails does not stop the others. Names in an array have
 * to be unique; of an iterable's, one that comes again gets a number: `a`, `a#2`.
 *
 * The answer to a {@link RequestBody} is read by no schema: it has no `data`.
 *
 * @example
 * const instructions = 'Summarise the article in a sentence.';
 * const { results } = await batch(articles, { instructions });
 * @example
 * const messages = [{ role: 'user', content: 'Is it a moth?' }];
 * const { results } = await batch([{ body: { messages } }]);
 */
export function batch<D = unknown, R extends Document | RequestBody = Document>(
  inputs: Many<R>,
  options?: AgentOptions<D> & BatchOptions<DataOf<R, D>>,
): BatchRun<DataOf<R, D>>;

/**
 * Shows one input to different specialists and puts their views together.
 *
 * @example
 * const { summary } = await perspectives(plan, {
 *   security: 'You look for holes.',
 *   cost: 'You count the money.',
 * });
 */
export function perspectives<D = unknown, S = unknown>(
  input: string,
  workers:
    | readonly (string | (Worker & { name?: string | undefined }))[]
    | Record<string, WorkerOrInstructions>,
  options?: AgentOptions<D, S>,
): ParallelRun<ProcessResult<D, S>>;

/**
 * Has `n` candidates written (3 unless said otherwise) and lets a call choose.
 *
 * @example
 * const { winner } = await bestOf('Translate into French: a small step', 3);
 */
export function bestOf<D = unknown>(
  input: string,
  n?: number,
  options?: AgentOptions<D> & BestOfOptions,
): ParallelRun<BestOfResult<D>>;

/**
 * Scores a subject by each criterion, all at once.
 *
 * @example
 * const style = { name: 'style', weight: 0.5 };
 * const { scores, total } = await evaluate(essay, ['clarity', 'evidence', style]);
 */
export function evaluate(
  subject: string,
  criteria: Criteria,
  options?: AgentOptions,
): ParallelRun<EvaluateResult>;

/**
 * Runs isolated copies of one task: locales, platforms, tenants. No copy ever sees the context of
 * another.
 *
 * @example
 * const contexts = { de: 'Write German.', fr: 'Write French.' };
 * const { merged } = await clones(contexts, 'Announce the release.');
 */
export function clones<D = unknown>(
  contexts: Record<string, CloneContext> | readonly CloneContext[],
  content: string,
  options?: AgentOptions<D>,
): ParallelRun<ClonesResult<D>>;

/**
 * Answers beside guards that screen the input, or the answer; the first that trips ends the answer
 * at once.
 *
 * @example
 * const { answer, blocked } = await guarded(question, { privacy: 'Trip on personal data.' });
 */
export function guarded(
  input: string,
  guards: readonly Guard[] | Record<string, WorkerOrInstructions>,
  options?: AgentOptions & GuardedOptions,
): ParallelRun<GuardedResult>;

/**
 * Runs a prompt: by its command (`/voting …`, `/sectioning Topic: A, B`, `/mapreduce doc1: text |
 * doc2: text`), else by its shape, else by `defaultStrategy`.
 *
 * @example
 * const { winner } = await run('/voting Is remote work better than office work?');
 */
export function run<D = unknown, S = unknown>(
  prompt: string,
  options?: AgentOptions<D, S> & PromptOptions<D, S>,
): ParallelRun<PromptResult<D, S>>;
