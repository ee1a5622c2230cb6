// @ts-check
/** How the command line ends: exit codes, and errors that are told in a sentence. */

export const exits = { done: 0, someFailed: 1, usage: 2, limit: 3, credentials: 4, interrupted: 130 };

/** What is told without a stack, since the person at the keyboard can mend it. */
export class CliError extends Error {
  /**
   * @param {string} message
   * @param {number} [exit]
   */
  constructor(message, exit = exits.usage) {
    super(message);
    this.exit = exit;
  }
}

/**
 * The exit code for a failure of the package's, where nothing worked.
 * @param {{ code?: string, status?: number, option?: string }} error
 */
export function exitOf(error) {
  const { code } = error;
  if (code === 'INVALID_INPUT') return exits.usage;
  if (isLimit(code)) return exits.limit;
  return isCredentials(error) ? exits.credentials : exits.someFailed;
}

/** The flags behind options whose names differ. @type {Record<string, string>} */
const flagOf = {
  baseURL: 'base-url',
  instructions: 'system',
  extraBody: 'extra',
  headers: 'header',
  maxTokens: 'max-tokens',
  requestsPerMinute: 'rpm',
  tokensPerMinute: 'tpm',
  maxRetries: 'retries',
  timeoutMs: 'timeout',
  deadlineMs: 'deadline',
  prices: 'price',
  reasoning: 'effort',
  voters: 'with',
};

/**
 * What is wrong with the input, by the names that it has on the command line.
 * @param {{ issues: { path: string, message: string }[] }} error
 */
export function issuesOf({ issues }) {
  const named = (/** @type {string} */ text) =>
    text.replace(/\boptions\.(\w+)/g, (_, name) => `--${flagOf[name] ?? name}`);
  return issues.map(({ path, message }) => `${named(path)}: ${named(message)}`).join('\n');
}

/**
 * The exit code of a run whose tasks are all over.
 * @param {{ status: string, error?: { code: string, status?: number, option?: string } }[]} results
 */
export function exitOfTasks(results) {
  const kinds = new Set(
    results.flatMap(({ error }) => (error && error.code !== 'DEPENDENCY_FAILED' ? exitOf(error) : [])),
  );
  const isDone = results.some(({ status }) => status === 'completed');
  if (results.every(({ status }) => status === 'completed')) return exits.done;
  if (kinds.has(exits.limit)) return exits.limit;
  return !isDone && kinds.size === 1 && kinds.has(exits.credentials) ? exits.credentials : exits.someFailed;
}

/** @param {string} [code] */
export function isLimit(code) {
  return code === 'BUDGET_EXCEEDED' || code === 'DEADLINE_EXCEEDED';
}

/**
 * Whether it is for the key, or for what it may do.
 * @param {{ code?: string, status?: number, option?: string }} error
 */
export function isCredentials(error) {
  return isOfKey(error) || error.status === 403;
}

/**
 * Whether every other call would fail alike. A 403 may be for what a row says, or for its model;
 * and some servers refuse a wrong key under 400.
 * @param {{ code?: string, status?: number, option?: string }} error
 */
export function isOfKey({ code, status, option }) {
  return code === 'QUOTA_EXCEEDED' || status === 401 || option === 'apiKey';
}
