/** A prompt that says what to do. */

import type {
  BestOfOptions,
  BestOfResult,
  ClonesResult,
  EvaluateResult,
  GuardedOptions,
  GuardedResult,
} from './candidates.js';
import type { SectioningOptions, SectioningResult } from './process.js';
import type { RunResult } from './results.js';
import type { BatchOptions, MapReduceOptions, MapReduceResult } from './rows.js';
import type { VotingOptions, VotingResult } from './voting.js';

/**
 * The options of {@link run}: those of every pattern, and what to do with a prompt of no known
 * shape.
 */
export interface PromptOptions<D = unknown, S = unknown>
  extends SectioningOptions,
    VotingOptions,
    MapReduceOptions<D, S>,
    BatchOptions<D>,
    BestOfOptions,
    GuardedOptions {
  /** @default 'sectioning' @example 'bestOf' */
  defaultStrategy?: 'sectioning' | 'voting' | 'mapReduce' | 'bestOf' | 'batch' | undefined;
}

/** The result of {@link run}: that of the pattern which `metadata.strategy` names. */
export type PromptResult<D = unknown, S = unknown> = RunResult<D> &
  Partial<
    Omit<
      SectioningResult &
        VotingResult &
        MapReduceResult<D, S> &
        BestOfResult &
        EvaluateResult &
        ClonesResult &
        GuardedResult,
      keyof RunResult
    >
  >;
