/** What goes wrong. */

import type { RunMetadata, TaskResult } from './results.js';

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
  | 'CALLBACK_FAILED'
  | 'CORE_FAILED'
  | 'ABORTED';

/** Why a task has no result. */
export interface TaskError {
  /**
   * Which failure it was: `docs/reference/errors.md` in the repository has a table of them.
   * @example 'RATE_LIMITED'
   */
  code: ErrorCode;
  /** What was wrong, where, and what to do. */
  message: string;
  /** The HTTP status, where there was one. */
  status?: number;
  /** How long the server asked to wait, in milliseconds. @example 20_000 */
  retryAfterMs?: number;
  /** The provider's id of the request. */
  requestId?: string;
  /**
   * The option or argument to look at, where the failure is about one: a key that the server does
   * not take, whatever its status, or a function that was passed in.
   * @example 'apiKey'
   */
  option?: string;
  /** The id of the task whose failure made this one impossible. */
  skippedBecauseOf?: string;
  /**
   * What your `complete` threw, as it is, with its stack. It is not enumerable: JSON, copies and
   * logs of the result are without it. A batch's results have it at the end of the run, and not
   * where they are taken one by one.
   */
  readonly cause?: unknown;
}

/**
 * What a run rejects with.
 * @example
 * parallelProcess(task, subtasks).catch(({ code, results }) => console.error(code, results));
 */
export class ParallelError extends Error {
  /** Which failure it was: `docs/reference/errors.md` in the repository has a table of them. */
  readonly code: ErrorCode;
  /** The HTTP status, where there was one. */
  readonly status?: number;
  /** How long the server asked to wait, in milliseconds. */
  readonly retryAfterMs?: number;
  /** The provider's id of the request. */
  readonly requestId?: string;
  /** The option or argument to look at, where the failure is about one. @example 'apiKey' */
  readonly option?: string;
  /**
   * The failure of a task that explains this one, a `ParallelError` too. The `cause` of the last of
   * them is what your `complete` threw, if it did.
   */
  readonly cause?: unknown;
  /** As far as they came. */
  readonly results?: TaskResult[];
  /** The sums so far. */
  readonly metadata?: RunMetadata;
}

/**
 * Whether an error is one of the package's: in a `catch` of TypeScript, and where there is more
 * than one copy of the package, such as CommonJS beside modules.
 * @example
 * catch (error) {
 *   if (!isParallelError(error)) throw error;
 *   console.error(error.code, error.results);
 * }
 */
export function isParallelError(error: unknown): error is ParallelError;

/**
 * The input is wrong. No request was sent.
 * @example
 * if (error instanceof InvalidInputError) {
 *   for (const { path, message } of error.issues) console.error(path, message);
 * }
 */
export class InvalidInputError extends ParallelError {
  /** Always this. */
  readonly code: 'INVALID_INPUT';
  /** How many things are wrong in all. */
  readonly totalIssues: number;
  /** What is wrong, each with its place: the first 20. */
  readonly issues: {
    /** Where, such as `subtasks[3].dependencies[0]`. */
    path: string;
    /** What was expected, and what to do. */
    message: string;
    /** What was there instead. */
    received: string;
  }[];
}

/**
 * The run was aborted.
 * @example if (error instanceof AbortError) console.log('Stopped:', error.cause);
 */
export class AbortError extends ParallelError {
  /** As the platform names an abort. */
  readonly name: 'AbortError';
  /** Always this. */
  readonly code: 'ABORTED';
  /** The reason that was given to `abort` or the signal. */
  readonly cause: unknown;
}
