/** What a run gives. */

import type { TaskError } from './errors.js';

/** How a task ended. */
export type TaskStatus = 'completed' | 'failed' | 'skipped' | 'cancelled';

/** Something that an answer is from. */
export interface Source {
  /** Its address, where it has one. @example 'https://en.wikipedia.org/wiki/Moth' */
  url?: string;
  /** Its title, or the name of a file. */
  title?: string;
  /** What of it was used, where the provider says so. */
  text?: string;
}

/** Something that a model made. */
export interface AnswerFile {
  /** What it is. @example 'image/png' */
  mediaType: string;
  /** An address: mostly a `data:` one that holds it, as an `<img>` takes it. */
  url: string;
}

/** What is known of every task. */
export interface TaskBase {
  /** The id that you gave. */
  taskId: string;
  /**
   * What the model thought before it answered, where its provider shows that: also what it wrote
   * between `<think>` and `</think>` in front of its answer, which is then not part of the text.
   * @default absent, where there are no thoughts
   * @example 'The user asks for moths, so I count wings.'
   */
  reasoning?: string;
  /**
   * Where the answer is from, by its own word: citations, annotations and grounding of all
   * providers, each source once.
   * @default absent, where it names none
   */
  sources?: Source[];
  /** What the model made beside its text, such as images. @default absent, where there is none */
  files?: AnswerFile[];
  /**
   * With `raw: true`, the body of the answer as the provider sent it; of a stream, the list of its
   * events.
   */
  raw?: unknown;
  /** What the model did on the way, where it had tools. */
  steps?: Step[];
  /** How it came about. */
  metadata: TaskMetadata;
}

/** A task that has a result. */
export interface CompletedTask<D = unknown> extends TaskBase {
  /** How it ended. */
  status: 'completed';
  /** The text. */
  result: string;
  /**
   * The answer parsed and checked, where a schema was given and the answer is not that to a `body`.
   * Its type is what the Standard Schema of the run's options gives out, else `unknown`; where a
   * subtask or a worker brings another schema, say the types yourself. A date is its text, as JSON
   * has it.
   * @example (await parallelProcess<Moths | Bats>('Count', subtasks)).results[0]?.data
   */
  data?: D;
  /** There is none. */
  error?: undefined;
}

/** A task that failed for good, or that was skipped since one that it needs has no result. */
export interface FailedTask extends TaskBase {
  /** How it ended. */
  status: 'failed' | 'skipped';
  /** There is none. */
  result: null;
  /** There is none. */
  data?: undefined;
  /** Why there is no answer. */
  error: TaskError;
}

/**
 * A task that was cut off by an abort, by the deadline, or since nobody needed its result any more.
 */
export interface CancelledTask extends TaskBase {
  /** How it ended. */
  status: 'cancelled';
  /** With `stream`, what had come by then. */
  result: string | null;
  /** There is none. */
  data?: undefined;
  /** Why it was cut off. */
  error: TaskError;
}

/**
 * What became of one task; `status` tells which.
 * @example
 * if (task.status === 'completed') console.log(task.result.length);
 * else console.error(task.error.code);
 */
export type TaskResult<D = unknown> = CompletedTask<D> | FailedTask | CancelledTask;

/** One message of a model with tools. */
export interface Step {
  /** What the model said with its calls. */
  text: string;
  /** What it thought before, where its provider shows that. */
  reasoning?: string;
  /** What it called, all at the same time. */
  toolCalls: {
    /** The call's name, as the provider gave it. */
    id: string;
    /** The tool. */
    name: string;
    /** What the model passed in. */
    arguments: unknown;
    /** What the tool gave. */
    result?: unknown;
    /** Why it gave nothing: what the model was told. */
    error?: string;
    /** How long the tool took, in milliseconds. */
    durationMs: number;
  }[];
}

/** How one result came about. Times are milliseconds since the run began. */
export interface TaskMetadata {
  /** The subtask's `type`. */
  type: string;
  /** Who answered, as the server names it. */
  model: string | null;
  /** Whose format was spoken; null where none was. */
  provider: string | null;
  /** Why the model stopped; `length` means that the answer was cut at `maxTokens`. */
  finishReason: string | null;
  /** Read and written, by all attempts. */
  tokens: number;
  /** Read, by all attempts. */
  promptTokens: number;
  /** Written, by all attempts. */
  completionTokens: number;
  /** The part of `promptTokens` that the provider had in its cache. */
  cachedTokens: number;
  /** The part of `promptTokens` that the provider put into its cache, where it says so. */
  cacheWriteTokens: number;
  /** The part of `completionTokens` that the model thought, where the provider says so. */
  reasoningTokens: number;
  /**
   * Whether any of the counts is an estimate: the server did not say, or the attempt was cut off.
   */
  estimated: boolean;
  /** By your `prices`; null without a price. */
  cost: number | null;
  /**
   * What the provider itself says that all attempts cost, in its currency (OpenRouter, Perplexity);
   * null where it does not say.
   * @example 0.00115
   */
  providerCost: number | null;
  /** The tier that answered, where the provider says it; else null. */
  tier: 'standard' | 'flex' | 'priority' | null;
  /** Requests. One that was given up before it was sent counts, too, and used nothing. */
  attempts: number;
  /** When the first was sent. */
  startedAtMs: number | null;
  /** From then to the end. */
  durationMs: number;
  /** Spent waiting for a slot, a limit or the next try. */
  waitedMs: number;
  /** Whether the answer came from the store. */
  fromStore: boolean;
  /** The provider's id of the request that was answered, for its support desk. */
  requestId: string | null;
}

/** The sums of a run. */
export interface RunMetadata {
  /** The run's name, as in its events. */
  runId: string;
  /** The pattern that ran. */
  strategy: string;
  /** How many tasks there were. */
  totalTasks: number;
  /** Those that have a result. */
  completedTasks: number;
  /** Those that failed for good. Those that were skipped are not among them. */
  failedTasks: number;
  /** Those that were never sent: one that they needed failed, or the budget was used up. */
  skippedTasks: number;
  /** Those that were ended, or whose answers nobody needed any more. */
  cancelledTasks: number;
  /** Those with a result that came from the store. */
  fromStoreTasks: number;
  /** Read and written by everything that was sent: failed, aborted and the summary's calls too. */
  totalTokens: number;
  /** The part of `totalTokens` that was read. */
  promptTokens: number;
  /** The part of `totalTokens` that was written. */
  completionTokens: number;
  /** By your `prices`; null where a price is missing. */
  totalCost: number | null;
  /** From the call to the result, in milliseconds. */
  processingTimeMs: number;
  /**
   * The work of the longest chain of tasks, without waits for limits: no run of this graph is
   * faster.
   */
  criticalPathMs: number;
  /**
   * The work of all tasks, one after another: without waits, twins of `hedge`, and answers that
   * nobody needed any more.
   */
  sequentialTimeMs: number;
  /** The most calls that were under way at once. */
  maxConcurrency: number;
  /** Requests. One that was given up before it was sent counts, too, and used nothing. */
  attempts: number;
  /** Those of them that repeated a failed one. */
  retries: number;
  /** Those of them that were twins of a slow one. */
  hedges: number;
}

/** What every pattern gives. */
export interface RunResult<D = unknown> {
  /** One for each task, in the order of the input. */
  results: TaskResult<D>[];
  /**
   * The results by the ids of their tasks; no field that is kept or sent.
   * @example (await run).byId.methodology?.result
   */
  readonly byId: Record<string, TaskResult<D> | undefined>;
  /** The sums of the run. */
  metadata: RunMetadata;
}

/** The result of a pattern that ends in a synthesis. */
export interface ProcessResult<D = unknown, S = unknown> extends RunResult<D> {
  /** The synthesis of all results; null where there is none. */
  summary: string | null;
  /** The synthesis parsed and checked, where its worker (`aggregate`, or `reduce`) has a schema. */
  summaryData?: S;
  /** Why there is no summary, where one was asked for. */
  summaryError?: TaskError;
}
