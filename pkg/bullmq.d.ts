import type {
  BatchOptions,
  BatchRun,
  BestOfOptions,
  BestOfResult,
  CloneContext,
  ClonesResult,
  CompleteFunction,
  Criteria,
  Deployment,
  Document,
  EvaluateResult,
  Guard,
  GuardedOptions,
  GuardedResult,
  JsonSchema,
  MapReduceOptions,
  MapReduceResult,
  ParallelAgent,
  ParallelRun,
  ProcessResult,
  PromptOptions,
  PromptResult,
  RequestBody,
  RunOptions,
  Section,
  SectioningOptions,
  SectioningResult,
  Store,
  Subtask,
  Tool,
  VotingOptions,
  VotingResult,
  Worker,
  WorkerOrInstructions,
} from './index.js';

/**
 * A `Queue` of BullMQ, by its shape: nothing is imported, and opening and closing it is up to you.
 */
export interface QueueLike {
  /** Its name. */
  readonly name: string;
  // biome-ignore lint/suspicious/noExplicitAny: BullMQ's own types are generic in what a job holds.
  add(name: any, data: any, options?: any): Promise<any>;
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  getJob(id: string): Promise<any>;
  getJobState(id: string): Promise<string>;
  getJobLogs(id: string, start?: number, end?: number, asc?: boolean): Promise<{ logs: string[] }>;
  /** Whether it was closed. */
  // biome-ignore lint/suspicious/noExplicitAny: a promise once it is.
  closing?: any;
}

/** `QueueEvents` of BullMQ, by their shape. */
export interface QueueEventsLike {
  /** The queue's name. */
  readonly name: string;
  // biome-ignore lint/suspicious/noExplicitAny: BullMQ's own types are generic in the event.
  on(event: any, listener: any): any;
  // biome-ignore lint/suspicious/noExplicitAny: it gives a client of whatever kind.
  waitUntilReady(): Promise<any>;
}

/**
 * The options of a run that can go through a queue: plain data. `tools` are named, and the worker
 * has them. `signal`, `onEvent`, `onResult`, `runId` and `threadId` stay at the producer, and so do
 * the rules of a batch (`onError`, `quorum`, `deadlineMs`, `window`, `keepResults`).
 */
export type QueuedOptions<O> = Omit<O, 'tools' | 'complete' | 'apiKey' | 'schema' | 'model'> & {
  /**
   * As in the options of a run: JSON Schema, and of no library.
   * @default none
   * @example { type: 'object' }
   */
  schema?: JsonSchema | undefined;
  /**
   * As in the options of a run: a name, and no model object.
   * @default as the worker has it
   * @example 'gpt-4.1'
   */
  model?: string | readonly Deployment[] | undefined;
  /**
   * The names of tools that `processor(agent, { tools })` has.
   * @default none
   * @example ['weather']
   */
  tools?: readonly string[] | undefined;
};

/** How {@link enqueue} waits. */
export interface EnqueueOptions {
  /**
   * The events of the same queue. One object serves any number of runs.
   * @example new QueueEvents('llm', { connection })
   */
  events: QueueEventsLike;
  /**
   * Where workers put results of more than 100,000 characters: the same store as in
   * {@link ProcessorOptions}.
   * @default none: all results go through the queue
   * @example redisStore(new Redis(), { ttlMs: 86_400_000 })
   */
  store?: Store | undefined;
}

/**
 * Puts work into a queue, where any worker takes it up, and gives a run like any other. Each item
 * of a `batch` is a job of its own; any other pattern is one job, whose graph stays in one process.
 * Jobs are named by a hash of what they say: adding the same again, from another process or after a
 * crash, waits for the same jobs, and for an hour gives the same results. What failed or was
 * aborted begins anew. With another `runId` it is another run. Aborting ends the jobs for all who
 * wait for them.
 * @throws InvalidInputError for what is no queue, events of another queue, and what cannot go
 * through a queue, by its path
 * @example
 * const events = new QueueEvents('llm', { connection });
 * const queue = new Queue('llm', { connection });
 * const run = enqueue(queue, { batch: articles, options: { maxTokens: 200 } }, { events });
 * for await (const { taskId, result } of run.results()) console.log(taskId, result);
 */
export declare function enqueue<D = unknown>(
  queue: QueueLike,
  work: {
    batch:
      | readonly (Document | RequestBody)[]
      | Iterable<Document | RequestBody>
      | AsyncIterable<Document | RequestBody>;
    options?: QueuedOptions<RunOptions<D> & BatchOptions<D>> | undefined;
  },
  options: EnqueueOptions,
): BatchRun<D>;
export declare function enqueue<D = unknown, S = unknown>(
  queue: QueueLike,
  work: {
    process: {
      task: string;
      subtasks: readonly (Omit<Subtask, 'tools'> & { tools?: readonly string[] | undefined })[];
    };
    options?: QueuedOptions<RunOptions<D, S>> | undefined;
  },
  options: EnqueueOptions,
): ParallelRun<ProcessResult<D, S>>;
export declare function enqueue<D = unknown>(
  queue: QueueLike,
  work: {
    sectioning: { topic: string; sections?: readonly (string | Section)[] | null | undefined };
    options?: QueuedOptions<RunOptions<D> & SectioningOptions> | undefined;
  },
  options: EnqueueOptions,
): ParallelRun<SectioningResult<D>>;
export declare function enqueue<D = unknown>(
  queue: QueueLike,
  work: { voting: string; options?: QueuedOptions<RunOptions<D> & VotingOptions> | undefined },
  options: EnqueueOptions,
): ParallelRun<VotingResult<D>>;
export declare function enqueue<D = unknown, S = unknown>(
  queue: QueueLike,
  work: {
    mapReduce: readonly Document[];
    options?: QueuedOptions<RunOptions<D, S> & MapReduceOptions<D, S>> | undefined;
  },
  options: EnqueueOptions,
): ParallelRun<MapReduceResult<D, S>>;
export declare function enqueue<D = unknown, S = unknown>(
  queue: QueueLike,
  work: {
    perspectives: {
      input: string;
      workers:
        | readonly (string | (Worker & { name?: string | undefined }))[]
        | Record<string, WorkerOrInstructions>;
    };
    options?: QueuedOptions<RunOptions<D, S>> | undefined;
  },
  options: EnqueueOptions,
): ParallelRun<ProcessResult<D, S>>;
export declare function enqueue<D = unknown>(
  queue: QueueLike,
  work: {
    bestOf: { input: string; n?: number | undefined };
    options?: QueuedOptions<RunOptions<D> & BestOfOptions> | undefined;
  },
  options: EnqueueOptions,
): ParallelRun<BestOfResult<D>>;
export declare function enqueue(
  queue: QueueLike,
  work: {
    evaluate: { subject: string; criteria: Criteria };
    options?: QueuedOptions<RunOptions> | undefined;
  },
  options: EnqueueOptions,
): ParallelRun<EvaluateResult>;
export declare function enqueue<D = unknown>(
  queue: QueueLike,
  work: {
    clones: { contexts: Record<string, CloneContext> | readonly CloneContext[]; content: string };
    options?: QueuedOptions<RunOptions<D>> | undefined;
  },
  options: EnqueueOptions,
): ParallelRun<ClonesResult<D>>;
export declare function enqueue(
  queue: QueueLike,
  work: {
    guarded: { input: string; guards: readonly Guard[] | Record<string, WorkerOrInstructions> };
    options?: QueuedOptions<RunOptions & GuardedOptions> | undefined;
  },
  options: EnqueueOptions,
): ParallelRun<GuardedResult>;
export declare function enqueue<D = unknown, S = unknown>(
  queue: QueueLike,
  work: { run: string; options?: QueuedOptions<RunOptions<D, S> & PromptOptions<D, S>> | undefined },
  options: EnqueueOptions,
): ParallelRun<PromptResult<D, S>>;

/** What a worker has that cannot go through a queue. */
export interface ProcessorOptions {
  /**
   * Tools, by the names that jobs have for them.
   * @default none
   * @example { weather: tools.weather }
   */
  tools?: Record<string, Tool> | undefined;
  /**
   * Workers by the types of tasks, under those of the job.
   * @default none
   * @example { analysis: { instructions: 'You analyse.' } }
   */
  workers?: Record<string, Worker> | undefined;
  /**
   * Answers in place of a provider, in all jobs.
   * @default as the agent has it
   * @example async ({ messages }) => ask(messages)
   */
  complete?: CompleteFunction | undefined;
  /**
   * Where results of more than 100,000 characters go, instead of into the queue: the same store as
   * in {@link EnqueueOptions}.
   * @default none: all results go into the queue
   * @example redisStore(new Redis(), { ttlMs: 86_400_000 })
   */
  store?: Store | undefined;
}

/**
 * What a `Worker` of BullMQ does with the jobs of {@link enqueue}: it runs them on an agent, whose
 * limits hold for all jobs of the process. Give the agent a `store` that outlives the process, such
 * as `redisStore`: then a job that another worker had begun sends only what is missing.
 * @throws InvalidInputError for what is no agent, and wrong options
 * @example
 * const agent = new ParallelAgent({ store: redisStore(new Redis()) });
 * new Worker('llm', processor(agent), { connection, concurrency: 32, ...recommended });
 */
export declare function processor(
  agent: ParallelAgent,
  options?: ProcessorOptions,
  // biome-ignore lint/suspicious/noExplicitAny: a job of BullMQ, and whatever the pattern gives.
): (job: any, token?: string, signal?: AbortSignal) => Promise<any>;

/**
 * Options for a `Worker` of BullMQ with which the jobs of a worker that was killed run again within
 * about 20 seconds, where BullMQ's own settings take 60 to 90. A process that is busy for longer
 * than the lock lasts seems lost as well; `maxStalledCount` lets its job begin again instead of
 * failing.
 * @example new Worker('llm', processor(new ParallelAgent()), { connection, ...recommended });
 */
export declare const recommended: {
  /** How long a worker holds a job without a word, in milliseconds. */
  readonly lockDuration: number;
  /** Between two looks for jobs that are held by nobody, in milliseconds. */
  readonly stalledInterval: number;
  /** How often a job may lose its worker before it fails. */
  readonly maxStalledCount: number;
};
