/** Votes. */

import type { voting } from './agent.js';
import type { TaskError } from './errors.js';
import type { RunResult } from './results.js';
import type { Worker, WorkerOrInstructions } from './worker.js';

/** One who votes. */
export interface Voter extends Worker {
  /** Its name in votes and results. @default 'voter-1' and so on @example 'sceptic' */
  id?: string | undefined;
  /** What its vote counts. @default 1 @example 2 */
  weight?: number | undefined;
}

/** One vote. */
export interface Vote {
  /** The voter's name. */
  voter: string;
  /** As it was written; null where there is none. */
  answer: string | null;
  /** Why, where the voter says it. */
  reasoning?: string | null;
  /** How sure the voter is, from 0 to 1, where it says so. */
  confidence?: number | null;
  /** What it counts. */
  weight: number;
  /** What became of it: `invalid` is an answer that is no vote. */
  status: 'counted' | 'invalid' | 'failed' | 'cancelled';
}

/** A criterion: its name, or what there is to say of it. */
export type Criterion =
  | string
  | (Worker & {
      /** What it is called in `scores`. @example 'style' */
      name: string;
      /** What to look for. @example 'Is it pleasant to read?' */
      description?: string | undefined;
      /** What it counts in `total`. @default 1 @example 0.5 */
      weight?: number | undefined;
    });

/** Criteria as a list, or by their names. */
export type Criteria =
  | readonly Criterion[]
  | Record<
      string,
      | string
      | (Worker & {
          /** What to look for. */
          description?: string | undefined;
          /** What it counts in `total`. @default 1 */
          weight?: number | undefined;
        })
    >;

/** What {@link voting} adds to the options. */
export interface VotingOptions {
  /**
   * How many vote, or who: models' names or workers with weights.
   * @default 3
   * @example [{ model: 'gpt-5.6-sol', weight: 2 }, 'gpt-5.6-luna', 'gpt-5.6-terra']
   */
  voters?: number | readonly (string | Voter)[] | undefined;
  /**
   * How the winner is found. `'consensus'`: an answer that more than `threshold` of the votes
   * share. `'weighted'`: the greatest weight. `'judge'`: a call compares the answers, shuffled and
   * without names. `'rubric'`: each is scored by `criteria`, with its reasoning. Or a function of
   * the votes that gives a vote, its index, an answer or null.
   * @default 'consensus'
   * @example (votes) => votes.find(({ confidence }) => (confidence ?? 0) > 0.9) ?? null
   */
  select?:
    | 'consensus'
    | 'weighted'
    | 'judge'
    | 'rubric'
    | ((
        votes: Vote[],
        context: { signal: AbortSignal },
      ) => Vote | number | string | null | Promise<Vote | number | string | null>);
  /**
   * The share of votes that a winner needs, from 0 to 1.
   * @default more than half, or the most with `'weighted'`
   * @example 2 / 3
   */
  threshold?: number | undefined;
  /**
   * What happens when two lead, as 2 to 2: `'judge'` asks `judge`, `'first'` takes the answer of
   * the voter who stands first in your list, also below `threshold`, and `'null'` has no winner.
   * @default 'judge' with `'weighted'`, else 'null'
   * @example 'first'
   */
  tieBreak?: 'judge' | 'first' | 'null' | undefined;
  /**
   * Who judges.
   * @default the default worker
   * @example { model: 'gpt-5.6-sol', instructions: 'Prefer the answer that gives a source.' }
   */
  judge?: WorkerOrInstructions | undefined;
  /**
   * What `'rubric'` goes by.
   * @example { accuracy: 'Are the facts right?', brevity: { weight: 0.5 } }
   */
  criteria?: Criteria | undefined;
}

/** The result of {@link voting}. */
export interface VotingResult<D = unknown> extends RunResult<D> {
  /** As its voter wrote it; null when no answer won. */
  winner: string | null;
  /** Why it won, where a call chose. */
  reason?: string | null;
  /** One for each voter, in their order. */
  votes: Vote[];
  /**
   * Answers that are the same but for case, white space and punctuation count as one; the strongest
   * first.
   * @example [{ answer: 'Yes', votes: 3, weight: 3 }, { answer: 'No', votes: 1, weight: 1 }]
   */
  tally: {
    /** As the first who gave it wrote it. */
    answer: string;
    /** How many gave it. */
    votes: number;
    /** What they count together. */
    weight: number;
  }[];
  /** Each voter's score, with `'rubric'`. */
  totals?: {
    /** The voter's name. */
    voter: string;
    /** The weighted mean of its scores; null where there is none. */
    total: number | null;
  }[];
  /** The winner's share of what was counted, from 0 to 1; null where nothing was. */
  agreement: number | null;
  /**
   * Calls that were cut off, or never sent, because the lead could not be overtaken any more. With
   * as many slots as voters it is often 0: all calls are sent at once, and the last to vote may
   * decide. A smaller `concurrency` saves more, and takes longer.
   */
  callsSaved: number;
  /**
   * What these would have taken, estimated: the mean of those that answered, less what each had
   * taken when it was cut off. It is 0 where there is nothing left to save: a prompt that was sent
   * is paid for, and a short answer adds little to it.
   */
  tokensSaved: number;
  /** Why no winner could be found, where that failed. */
  selectError?: TaskError;
}
