/**
 * Runs many LLM calls in parallel: as fast as their graph allows, through rate limits, failures and time-outs, with every
 * token accounted for.
 *
 * @packageDocumentation
 */

/** An image or a piece of text within a task's content, as OpenAI's API writes it. */
export type ContentPart =
  | { type: 'text'; text: string }
  | { type: 'image_url'; image_url: { /** An `https:` or `data:` address. */ url: string } };

/** Who answers, and in what manner. Every field is optional; what is missing comes from the layer below. */
export interface Worker {
  /**
   * The wire format. `'openai'` is right for every server that speaks OpenAI's chat completions: Ollama, vLLM,
   * llama.cpp, LM Studio, OpenRouter, Groq, Together, Mistral, Azure and others.
   * @default 'openai'
   */
  provider?: 'openai';
  /**
   * The address of the API, up to and with its version.
   * @default the environment variable `OPENAI_BASE_URL`, else `https://api.openai.com/v1`
   * @example 'http://localhost:11434/v1'
   */
  baseURL?: string;
  /**
   * The key. It is sent in a header and is in no error, event, result or address.
   * @default the environment variable `OPENAI_API_KEY`
   */
  apiKey?: string;
  /** Sent with each request, after the format's own headers. @example { 'x-team': 'search' } */
  headers?: Record<string, string>;
  /**
   * The model's name at its provider.
   * @default the environment variable `OPENAI_MODEL`, else `'gpt-4.1-mini'`
   */
  model?: string;
  /** The system message: what kind of worker it is. @default a sentence that fits the pattern */
  instructions?: string;
  /** From 0 (always the likeliest word) to 2. @default the server's own */
  temperature?: number;
  /** The longest answer, in tokens, from 1 up. @default the server's own */
  maxTokens?: number;
  /** Texts that end an answer. @default none */
  stop?: string | string[];
  /** A whole number for answers that can be had again, where the server can do that. @default none */
  seed?: number;
  /** Further fields of the request's body, as they stand. @example { reasoning_effort: 'low' } */
  extraBody?: Record<string, unknown>;
}

/** One subtask of {@link parallelProcess}. Any field of a {@link Worker} given here holds for this subtask alone. */
export interface Subtask extends Worker {
  /** Unique among the subtasks. */
  id: string;
  /** What kind of work it is: picks the worker from {@link RunOptions.workers}. @default 'task' */
  type?: string;
  /** What to do. `{{id}}` stands for the result of the dependency of that name. */
  content: string | ContentPart[];
  /** The ids whose results it needs. It starts the moment that the last of them completes. @default [] */
  dependencies?: string[];
}

/** What a model costs for a million tokens, in whatever currency you keep accounts in. */
export interface Price {
  /** Read. */
  input: number;
  /** Written. */
  output: number;
  /** Read from the provider's cache. @default as `input` */
  cachedInput?: number;
}

/** What one run goes by. */
export interface RunOptions extends Worker {
  /** A worker for each type of task, over the defaults and under what the task itself says. */
  workers?: Record<string, Worker>;
  /** `false` for no summary, or the worker that writes it. @default a call to the default worker */
  aggregate?: boolean | Worker;
  /** The longest that one attempt may take, from sending to the last byte, in milliseconds. @default 600000 */
  timeoutMs?: number;
  /** The longest gap within a stream, in milliseconds. Keep-alive comments do not count. @default 60000 */
  idleTimeoutMs?: number;
  /** The longest that the run may take, in milliseconds. It then resolves with what is done. @default none */
  deadlineMs?: number;
  /**
   * How often a failed call is tried again: after 408, 409, 429, 5xx, network errors and time-outs. A 429 does not count
   * while other calls get through.
   * @default 2
   */
  maxRetries?: number;
  /**
   * What a failed task means to the others. `'partial'`: everything that does not need it runs on. `'throw'`: the run ends
   * at once and rejects, with all results so far.
   * @default 'partial'
   */
  onError?: 'partial' | 'throw';
  /** How many tasks have to complete; with fewer the run rejects with `QUORUM_NOT_MET`. @default 1 */
  quorum?: number;
  /** Whether answers are asked for piece by piece, so that events carry them as they come. @default false */
  stream?: boolean;
  /** Who is asked, in this order, when a worker fails for good. @default [] */
  fallbacks?: Worker[];
  /** Aborting it aborts the run and every request of it. */
  signal?: AbortSignal;
  /** Takes the run's AG-UI events, in order. What it throws is printed and does the run no harm. */
  onEvent?: (event: RunEvent) => void;
  /** The run's name in events. @default a random one */
  runId?: string;
  /** The conversation that the run belongs to, in events. @default the run's name */
  threadId?: string;
}

/** What all runs of an agent share, and the defaults for each of them. */
export interface AgentOptions extends RunOptions {
  /**
   * How many calls may be under way at once. `'auto'` finds its level by itself: it rises while calls succeed (from 16, up
   * to 256) and halves when the server has too much to do.
   * @default 'auto'
   */
  concurrency?: number | 'auto';
  /** Requests in any minute, for each model at each address. @default no limit but the server's */
  requestsPerMinute?: number;
  /** Tokens in any minute, read and written, for each model at each address. @default no limit but the server's */
  tokensPerMinute?: number;
  /**
   * What may be spent in all. The prompt's estimate and `maxTokens` are reserved before a call is sent, so that calls under
   * way cannot overrun it together.
   * @default no limit
   */
  budget?: { tokens?: number; cost?: number };
  /** What each model costs; without it `cost` is null. @example { 'gpt-4.1-mini': { input: 0.4, output: 1.6 } } */
  prices?: Record<string, Price>;
  /** Sends the requests instead of the global `fetch`: for proxies, recording, or bindings. */
  fetch?: (url: string, init: RequestInit) => Promise<Response>;
}

/** How a task ended. */
export type TaskStatus = 'completed' | 'failed' | 'skipped' | 'cancelled';

/** The stable name of an error. */
export type ErrorCode =
  | 'INVALID_INPUT'
  | 'API_ERROR'
  | 'RATE_LIMITED'
  | 'QUOTA_EXCEEDED'
  | 'TIMEOUT'
  | 'DEADLINE_EXCEEDED'
  | 'NETWORK'
  | 'BAD_RESPONSE'
  | 'TRUNCATED'
  | 'REFUSED'
  | 'BUDGET_EXCEEDED'
  | 'QUORUM_NOT_MET'
  | 'RUN_FAILED'
  | 'DEPENDENCY_FAILED'
  | 'SCHEMA_MISMATCH'
  | 'ABORTED';

/** Why a task has no result. */
export interface TaskError {
  code: ErrorCode;
  /** What was wrong, where, and what to do. */
  message: string;
  /** The HTTP status, where there was one. */
  status?: number;
  /** How long the server asked to wait, in milliseconds. */
  retryAfterMs?: number;
  /** The provider's id of the request. */
  requestId?: string;
  /** The id of the task whose failure made this one impossible. */
  skippedBecauseOf?: string;
}

/** What became of one task. */
export interface TaskResult<D = unknown> {
  /** The id that you gave. */
  taskId: string;
  status: TaskStatus;
  /** The text; null where there is no answer. */
  result: string | null;
  /** The answer parsed and checked, where a schema was given. */
  data?: D;
  /** Why there is no answer. */
  error?: TaskError;
  metadata: TaskMetadata;
}

/** How one result came about. Times are milliseconds since the run began. */
export interface TaskMetadata {
  type: string;
  /** Who answered, as the server names it. */
  model: string | null;
  provider: string | null;
  /** Why the model stopped; `length` means that the answer was cut at `maxTokens`. */
  finishReason: string | null;
  /** Read and written, by all attempts. */
  tokens: number;
  promptTokens: number;
  completionTokens: number;
  /** The part of `promptTokens` that the provider had in its cache. */
  cachedTokens: number;
  /** Whether any of the counts is an estimate: the server did not say, or the attempt was cut off. */
  estimated: boolean;
  /** By your `prices`; null without a price. */
  cost: number | null;
  /** Requests sent. */
  attempts: number;
  /** When the first was sent. */
  startedAtMs: number | null;
  /** From then to the end. */
  durationMs: number;
  /** Spent waiting for a slot, a limit or the next try. */
  waitedMs: number;
  /** Whether the answer came from the store. */
  fromStore: boolean;
}

/** The sums of a run. */
export interface RunMetadata {
  runId: string;
  /** The pattern that ran. */
  strategy: string;
  totalTasks: number;
  completedTasks: number;
  failedTasks: number;
  skippedTasks: number;
  cancelledTasks: number;
  /** Read and written by everything that was sent: failed, aborted and the summary's calls too. */
  totalTokens: number;
  promptTokens: number;
  completionTokens: number;
  /** By your `prices`; null where a price is missing. */
  totalCost: number | null;
  /** From the call to the result, in milliseconds. */
  processingTimeMs: number;
  /** What the longest chain of tasks took: no run of this graph is faster. */
  criticalPathMs: number;
  /** What all tasks would have taken one after another. */
  sequentialTimeMs: number;
  /** The most calls that were under way at once. */
  maxConcurrency: number;
  /** Requests sent. */
  attempts: number;
  /** Those of them that repeated a failed one. */
  retries: number;
  /** Those of them that were twins of a slow one. */
  hedges: number;
}

/** The result of {@link parallelProcess}. */
export interface ProcessResult<D = unknown> {
  /** One for each subtask, in the order of the input. */
  results: TaskResult<D>[];
  /** The synthesis of all results; null where there is none. */
  summary: string | null;
  /** Why there is no summary, where one was asked for. */
  summaryError?: TaskError;
  metadata: RunMetadata;
}

/** An AG-UI 1.0 event; `type` tells which. The shapes are those of `@ag-ui/core`. */
export interface RunEvent {
  type: string;
  /** Milliseconds since 1970. */
  timestamp?: number;
  // biome-ignore lint/suspicious/noExplicitAny: each type of event has fields of its own.
  [field: string]: any;
}

/** A run: a promise of its result, and an async iterable of its events. */
export class ParallelRun<R = ProcessResult> extends Promise<R> implements AsyncIterable<RunEvent> {
  private constructor();
  /** The run's name. */
  readonly runId: string;
  /** The conversation that it belongs to. */
  readonly threadId: string;
  /** Ends the run and every request of it. It then rejects with an {@link AbortError} whose `cause` is the reason. */
  abort(reason?: unknown): void;
  /** Where the run stands: its sums so far and who is at work. Undefined until it has begun. */
  snapshot(): (RunMetadata & { running: string[] }) | undefined;
  /** The run's events. Leaving the loop does not end the run. */
  [Symbol.asyncIterator](): AsyncGenerator<RunEvent, void>;
  /** The events as server-sent events, for `new Response(…, { headers: { 'content-type': 'text/event-stream' } })`. */
  toEventStream(): ReadableStream<Uint8Array>;
}

/** Holds what runs share: limits, budget, account. */
export class ParallelAgent {
  constructor(options?: AgentOptions);
  /** As the function of that name, within the agent's limits. */
  parallelProcess(task: string, subtasks: Subtask[], options?: RunOptions): ParallelRun<ProcessResult>;
}

/**
 * Runs subtasks in parallel, each the moment that its dependencies are done, and puts their results together.
 *
 * @param task what it is all for
 * @param subtasks what to do
 * @throws {@link InvalidInputError} with everything that is wrong with the input; no request was sent
 * @throws {@link AbortError} after an abort
 * @throws {@link ParallelError} when no task completed, fewer than `quorum` did, or one failed under `onError: 'throw'`
 * @example
 * const result = await parallelProcess('Analyze a research paper', [
 *   { id: 'methodology', type: 'analysis', content: 'Analyze methodology section' },
 *   { id: 'results', type: 'analysis', content: 'Analyze results section' },
 *   { id: 'discussion', type: 'analysis', content: 'Analyze discussion', dependencies: ['methodology', 'results'] },
 * ]);
 */
export function parallelProcess(
  task: string,
  subtasks: Subtask[],
  options?: AgentOptions,
): ParallelRun<ProcessResult>;

/** What a run rejects with. */
export class ParallelError extends Error {
  readonly code: ErrorCode;
  readonly status?: number;
  readonly retryAfterMs?: number;
  readonly requestId?: string;
  /** As far as they came. */
  readonly results?: TaskResult[];
  /** The sums so far. */
  readonly metadata?: RunMetadata;
}

/** The input is wrong. No request was sent. */
export class InvalidInputError extends ParallelError {
  readonly code: 'INVALID_INPUT';
  /** Everything that is wrong, each with its place. */
  readonly issues: { path: string; message: string; received: string }[];
}

/** The run was aborted. */
export class AbortError extends ParallelError {
  readonly name: 'AbortError';
  readonly code: 'ABORTED';
  /** The reason that was given to `abort` or the signal. */
  readonly cause: unknown;
}
