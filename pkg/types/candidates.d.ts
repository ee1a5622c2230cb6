/** Several answers to one question, and answers that are judged or guarded. */

import type { bestOf, clones, evaluate, guarded } from './agent.js';
import type { TaskError } from './errors.js';
import type { RunResult } from './results.js';
import type { Worker, WorkerOrInstructions } from './worker.js';

/** What {@link bestOf} adds to the options. */
export interface BestOfOptions {
  /**
   * Who chooses.
   * @default the default worker
   * @example 'Choose the translation that a native speaker would write.'
   */
  picker?: WorkerOrInstructions | undefined;
}

/** The result of {@link bestOf}. */
export interface BestOfResult<D = unknown> extends RunResult<D> {
  /** The text that was chosen; null when none could be. */
  winner: string | null;
  /** The id of its task. */
  winnerId: string | null;
  /** Why it was chosen. */
  reason: string | null;
  /** Why none was chosen, where that failed. */
  selectError?: TaskError;
}

/** The result of {@link evaluate}. */
export interface EvaluateResult extends RunResult {
  /**
   * By criterion, from 0 to 10; null where there is no score.
   * @example { clarity: 8, evidence: 6 }
   */
  scores: Record<string, number | null>;
  /**
   * Why, by criterion; null where it was not said.
   * @example { clarity: 'Short sentences.', evidence: 'Two claims have no source.' }
   */
  reasons: Record<string, string | null>;
  /** The weighted mean of the scores that there are; null where there is none. */
  total: number | null;
}

/** A copy's own context: text, or a worker with it. */
export type CloneContext =
  | string
  | (Worker & {
      /**
       * Its key in `merged`: needed in a list, and known in an object of contexts.
       * @example 'de'
       */
      id?: string | undefined;
      /** What this copy alone is told. @example 'Our users in Germany are formal.' */
      context?: string | undefined;
    });

/** The result of {@link clones}. */
export interface ClonesResult<D = unknown> extends RunResult<D> {
  /**
   * Each copy's answer, by its context's key.
   * @example { de: 'Version 2 ist da.', fr: 'La version 2 est là.' }
   */
  merged: Record<string, string | null>;
}

/** A guard: what it looks out for, or a worker. */
export type Guard =
  | string
  | (Worker & {
      /** What it is called in `verdicts`. @example 'privacy' */
      name: string;
      /** What it screens. @default 'input' @example 'output' */
      on?: 'input' | 'output' | undefined;
    });

/** What {@link guarded} adds to the options. */
export interface GuardedOptions {
  /**
   * Whether the answer is begun beside its guards, or after them. Either way nothing of it is
   * shown, in events too, before the guards of the input have passed; and where there are guards of
   * the output, before these have. Tools wait for the guards of the input in either mode, save
   * those that say they are `readOnly`.
   * @default 'parallel'
   * @example 'blocking'
   */
  mode?: 'parallel' | 'blocking' | undefined;
  /** Whether a guard that fails counts as passed. @default false @example true */
  failOpen?: boolean | undefined;
}

/** The result of {@link guarded}. */
export interface GuardedResult extends RunResult {
  /** Null when a guard tripped. */
  answer: string | null;
  /** One for each guard, in their order. */
  verdicts: {
    /** The guard's name. */
    guard: string;
    /** Whether it tripped; null when it did not come to a verdict. */
    tripped: boolean | null;
    /** Why. */
    reason: string | null;
  }[];
  /** The guard that tripped first. */
  blocked: {
    /** The guard's name. */
    guard: string;
    /** Why it tripped. */
    reason: string | null;
  } | null;
  /** Calls that were cut off, or never made, because a guard tripped. */
  callsSaved: number;
  /** What these would have taken, estimated. */
  tokensSaved: number;
}
