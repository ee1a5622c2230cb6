/** Subtasks and sections. */

import type { parallelProcess, sectioning } from './agent.js';
import type { RunOptions } from './options.js';
import type { ProcessResult } from './results.js';
import type { RequestBody } from './rows.js';
import type { ContentPart, Worker, WorkerOrInstructions } from './worker.js';

/**
 * One subtask of {@link parallelProcess}. Fields of a {@link Worker} given here hold for this
 * subtask only.
 */
export interface Subtask extends Worker {
  /** Unique among the subtasks. @example 'methodology' */
  id: string;
  /**
   * What kind of work it is: picks the worker from {@link RunOptions.workers}.
   * @default 'task'
   * @example 'analysis'
   */
  type?: string | undefined;
  /**
   * What to do. `{{id}}` stands for the result of the dependency of that name.
   * @example 'Compare these findings with our own: {{findings}}'
   */
  content?: string | readonly ContentPart[] | undefined;
  /**
   * A request's body as it stands, in place of `content`: see {@link RequestBody}. Results of
   * dependencies are not put into it.
   * @default none
   * @example { messages: [{ role: 'user', content: 'Is it a moth?' }] }
   */
  body?: object | undefined;
  /**
   * The ids whose results it needs. It starts the moment that the last of them completes.
   * @default []
   * @example ['methodology', 'results']
   */
  dependencies?: readonly string[] | undefined;
}

/** One section of a text. */
export interface Section {
  /** Its heading. @example 'Privacy' */
  title: string;
  /** What it is about, for its writer. @example 'What is collected, and who sees it.' */
  about?: string | undefined;
}

/** What {@link sectioning} adds to the options. */
export interface SectioningOptions {
  /**
   * Who divides the topic when no sections are given.
   * @default the default worker
   * @example 'Five sections at most, from the general to the special.'
   */
  planner?: WorkerOrInstructions | undefined;
  /**
   * `'sections'` divides the work; `'data'` cuts a long input into pieces for identical workers.
   * @default 'sections'
   * @example 'data'
   */
  split?: 'sections' | 'data' | undefined;
  /** The longest piece under `split: 'data'`, in tokens. @default 4000 @example 2000 */
  chunkTokens?: number | undefined;
}

/** The result of {@link sectioning}. */
export interface SectioningResult<D = unknown> extends ProcessResult<D> {
  /** The text, section by section. */
  sections: {
    /** Its heading. */
    title: string;
    /** Its text; null where its task has no result. */
    content: string | null;
  }[];
  /**
   * The points that the text makes.
   * @example ['Consent is rarely informed.', 'Audits find what tests do not.']
   */
  keyPoints: string[];
}
