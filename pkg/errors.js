// @ts-check
/** The errors that a run can reject with. Each has a stable `code`. */

/** The same in every copy of the package, as CommonJS and as a module. */
const mark = Symbol.for('parallelization-agent.error');

/** What went wrong, in a class that can be told apart from all other errors. */
export class ParallelError extends Error {
  get [mark]() {
    return true;
  }

  /**
   * @param {Record<string, any>} description  as the core gives it: `cause` describes an error, and
   *   `thrown` is what a function of the caller's threw
   * @param {ErrorOptions} [options]
   */
  constructor({ message, cause, thrown, ...fields }, options) {
    super(message, options ?? (cause ? { cause: new ParallelError(cause) } : thrown && { cause: thrown }));
    this.name = 'ParallelError';
    Object.assign(this, fields);
  }
}

/**
 * Keeps what a function of the caller's threw, with a result or with the description of a failure,
 * whose `cause` it is about. In a result it is not enumerable, as the `cause` of an `Error` is not:
 * what is kept, sent or printed of the result is without it.
 * @param {{ error?: object, cause?: object }} told
 * @param {unknown} thrown
 */
export function keepThrown({ error, cause }, thrown) {
  if (error) Object.defineProperty(error, 'cause', { value: thrown });
  else Object.assign(cause ?? {}, { thrown });
}

/** The input is wrong. No request was sent. */
export class InvalidInputError extends ParallelError {
  /**
   * @param {{ path: string, message: string, received: string }[]} issues  the first of them
   * @param {number} [totalIssues]  how many there are
   */
  constructor(issues, totalIssues = issues.length) {
    const lines = issues.map(({ path, message }) => `\n- ${path}: ${message}`);
    if (totalIssues > issues.length) lines.push(`\n- and ${totalIssues - issues.length} more`);
    super({
      code: 'INVALID_INPUT',
      message: `The input is wrong in ${places(totalIssues)}.${lines.join('')}`,
      issues,
      totalIssues,
    });
    this.name = 'InvalidInputError';
  }
}

/** The run was aborted. Its `cause` is the reason that was given. */
export class AbortError extends ParallelError {
  /**
   * @param {unknown} reason
   * @param {Record<string, any>} description  with what was done until then
   */
  constructor(reason, description) {
    super(description, { cause: reason });
    this.name = 'AbortError';
  }
}

/**
 * Whether an error is one of the package's, also of another copy of it, where `instanceof` knows it
 * not.
 * @param {any} error
 */
export function isParallelError(error) {
  return error instanceof Error && mark in error;
}

/** @param {number} count */
function places(count) {
  return count === 1 ? 'one place' : `${count} places`;
}

/**
 * What an error says; anything can be thrown, also what cannot be made a text.
 * @param {any} error
 */
export function wordsOf(error) {
  try {
    return `${error instanceof Error ? error.message : error}`;
  } catch {
    return 'something that is no error';
  }
}
