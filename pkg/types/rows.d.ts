/** Many inputs: batches and documents. */

import type { batch, mapReduce } from './agent.js';
import type { CancelledTask, CompletedTask, FailedTask, ProcessResult, RunResult } from './results.js';
import type { ParallelRun } from './run.js';
import type { Worker, WorkerOrInstructions } from './worker.js';

/**
 * A document or an input: its text, or a row with it. Further columns of a row are not looked at,
 * but a column named like a worker's option (`model`, `tools`) is refused, since it would mean
 * nothing.
 */
export type Document =
  | string
  | ({
      /**
       * Unique among them; its result has it, as text, for its `taskId`.
       * @default by its position: `'input-3'`
       * @example '2024-03'
       */
      id?: string | number | undefined;
      /** Its text. @example 'Moths came late this year.' */
      content: string;
    } & { [option in keyof Worker]?: never });

/**
 * A request's body as it stands, in the format of the `provider`: nothing is added but a missing
 * `model` and whether to stream. It goes through limits (its text is counted), retries, store and
 * account, and the answer's body is in `raw`.
 * @example { id: 'a', body: { messages: [{ role: 'user', content: 'Is it a moth?' }] } }
 */
export type RequestBody = {
  /**
   * Unique among them; its result has it, as text, for its `taskId`.
   * @default by its position: `'input-3'`
   */
  id?: string | number | undefined;
  /** What is sent. */
  body: object;
  /** Stands for nothing here. */
  content?: never;
} & { [option in keyof Worker]?: never };

/** The data of rows `R` with a schema for `D`: a {@link RequestBody} has none. */
export type DataOf<R, D> = 0 extends 1 & R
  ? D
  : [Extract<R, RequestBody>] extends [never]
    ? D
    : D | undefined;

/** Inputs: all of them, or as many as are asked for. */
export type Many<T> = readonly T[] | Iterable<T> | AsyncIterable<T>;

/** What {@link mapReduce} adds to the options. */
export interface MapReduceOptions<D = unknown, S = unknown> {
  /** Who reads each document. @example 'List the themes of the article.' */
  map?: WorkerOrInstructions<D> | undefined;
  /**
   * Who puts results together.
   * @example { instructions: 'Merge the themes.', model: 'gpt-5.6-sol' }
   */
  reduce?: WorkerOrInstructions<S> | undefined;
  /** How many results one reduce takes. @default 8 @example 4 */
  fanIn?: number | undefined;
  /** The longest piece that one call is shown, in tokens. @default 4000 @example 8000 */
  chunkTokens?: number | undefined;
  /**
   * The model's context, in tokens, from 256 up. Every map and reduce keeps its prompt and its
   * answer within it: the answer is cut at a third of it, or at `maxTokens` where that is less.
   * Tokens are taken to have four bytes.
   * @default none: a reduce is shown `chunkTokens` of results, or two of them
   * @example 32_768
   */
  contextTokens?: number | undefined;
}

/** The result of {@link mapReduce}. */
export interface MapReduceResult<D = unknown, S = unknown> extends ProcessResult<D, S> {
  /** How many levels of reduces there were. */
  levels: number;
  /** The ids of those that could not be read; the reduces were told. */
  failedDocuments: string[];
}

/** What {@link batch} adds to the options. */
export interface BatchOptions<D = unknown> {
  /**
   * How many items are taken from an iterable before the first of them is done.
   * @default 64
   * @example 256
   */
  window?: number | undefined;
  /**
   * Takes each result as it completes. An iterable is asked for further items only when it is done
   * with those. What it throws ends the run.
   * @example async ({ taskId, result }) => database.save(taskId, result)
   */
  onResult?: ((result: BatchTaskResult<D>, context: { signal: AbortSignal }) => unknown) | undefined;
  /**
   * Whether the run's promise gives the results. If not, `results` is empty and the table of the
   * events has no rows, but `metadata` counts all the same, and never more than a window is in
   * memory.
   *
   * Kept results are handed over at the end, one by one. Until then the core's memory holds each
   * input, its answer and about 1 kB for each, and an instance of WebAssembly never gives memory
   * back: it is there for the next run. For a million inputs, read `results()` or take them with
   * `onResult`.
   * @default true, but false for a run whose results are read with {@link BatchRun.results}
   * @example false
   */
  keepResults?: boolean | undefined;
}

/**
 * What became of one input. Where the run has a `schema`, each that completed has its `data`.
 * @example
 * if (row.status === 'completed') console.log(row.data.positive);
 * else console.error(row.error.code);
 */
export type BatchTaskResult<D = unknown> = (CompletedTask<D> & { data: D }) | FailedTask | CancelledTask;

/** The result of {@link batch}. */
export interface BatchResult<D = unknown> extends RunResult<D> {
  /** One for each input, in their order. */
  results: BatchTaskResult<D>[];
  /** The results by the ids of their inputs; no field that is kept or sent. */
  readonly byId: Record<string, BatchTaskResult<D> | undefined>;
}

/** A run of {@link batch}. */
export class BatchRun<D = unknown> extends ParallelRun<BatchResult<D>> {
  protected constructor();
  /**
   * The results one by one, as they complete or in the order of the inputs. A result that is not
   * read holds its place in `window`: an iterable is asked for items no faster than they are read.
   * A failed run throws here, too. Leaving the loop aborts the run.
   * @throws `Error` when it is not called in the same turn as `batch`, or is called twice
   * @example
   * for await (const { taskId, result } of batch(lines).results({ order: 'input' })) {
   *   console.log(taskId, result);
   * }
   */
  results(options?: {
    /** @default 'completion' */
    order?: 'completion' | 'input';
  }): AsyncGenerator<BatchTaskResult<D>, void>;
}
