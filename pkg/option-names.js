// @ts-check
/**
 * The names of all options, and what some of them are called elsewhere. The core checks options
 * when a run begins; an agent is made before the core is loaded, and a slip in its options is told
 * at once. A test of the core holds these lists to its own.
 */

import { InvalidInputError } from './errors.js';

const names = [
  'aggregate',
  'apiKey',
  'baseURL',
  'budget',
  'chunkTokens',
  'complete',
  'concurrency',
  'contextTokens',
  'criteria',
  'deadlineMs',
  'defaultStrategy',
  'extraBody',
  'failOpen',
  'fallbacks',
  'fanIn',
  'fetch',
  'firstTokenTimeoutMs',
  'headers',
  'hedge',
  'history',
  'idleTimeoutMs',
  'instructions',
  'jsonSchema',
  'judge',
  'keepResults',
  'limiter',
  'limits',
  'map',
  'maxAnswerBytes',
  'maxRetries',
  'maxSteps',
  'maxTokens',
  'maxWaitMs',
  'mode',
  'model',
  'onError',
  'onEvent',
  'onResult',
  'pacing',
  'picker',
  'planner',
  'prices',
  'provider',
  'quorum',
  'raw',
  'reasoning',
  'reduce',
  'requestsPerMinute',
  'runId',
  'schema',
  'seed',
  'select',
  'serverTools',
  'signal',
  'split',
  'stop',
  'store',
  'storeNamespace',
  'stream',
  'telemetry',
  'temperature',
  'threadId',
  'threshold',
  'tieBreak',
  'tier',
  'timeoutMs',
  'tokensPerMinute',
  'toolChoice',
  'toolConcurrency',
  'toolTimeoutMs',
  'tools',
  'topP',
  'voters',
  'warmPrefix',
  'window',
  'workers',
];

/** @type {Record<string, string>} */
const elsewhere = {
  abortSignal: 'signal',
  api_key: 'apiKey',
  base_url: 'baseURL',
  cache: 'store',
  deadline: 'deadlineMs',
  endpoint: 'baseURL',
  functions: 'tools',
  instruction: 'instructions',
  key: 'apiKey',
  maxAttempts: 'maxRetries',
  maxCompletionTokens: 'maxTokens',
  maxConcurrency: 'concurrency',
  maxOutputTokens: 'maxTokens',
  max_completion_tokens: 'maxTokens',
  max_output_tokens: 'maxTokens',
  max_tokens: 'maxTokens',
  modelId: 'model',
  onProgress: 'onEvent',
  outputSchema: 'schema',
  parallelism: 'concurrency',
  prompt: 'instructions',
  reasoningEffort: 'reasoning',
  reasoning_effort: 'reasoning',
  responseFormat: 'schema',
  response_format: 'schema',
  retries: 'maxRetries',
  rpm: 'requestsPerMinute',
  serviceTier: 'tier',
  service_tier: 'tier',
  stopSequences: 'stop',
  stop_sequences: 'stop',
  system: 'instructions',
  systemPrompt: 'instructions',
  timeout: 'timeoutMs',
  tool_choice: 'toolChoice',
  top_p: 'topP',
  tpm: 'tokensPerMinute',
  url: 'baseURL',
};

/**
 * Throws what is wrong with the names of an agent's options.
 * @param {unknown} options
 */
export function checkNames(options) {
  const issues = issuesWith(options);
  if (issues.length > 0) throw new InvalidInputError(issues.slice(0, 20), issues.length);
}

/** @param {unknown} options */
function issuesWith(options) {
  try {
    return wrongNames(options);
  } catch {
    // What cannot even be looked at is told by each run.
    return [];
  }
}

/** @param {unknown} options */
function wrongNames(options) {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    const received = Array.isArray(options) ? 'an array' : `\`${String(options)}\``;
    const message = `Expected \`options\` to be an object, got ${received}.`;
    return [{ path: 'options', message, received }];
  }
  return Object.keys(options)
    .filter((name) => !names.includes(name) && /** @type {any} */ (options)[name] !== undefined)
    .map((name) => {
      const near = Object.hasOwn(elsewhere, name) ? elsewhere[name] : nearest(name);
      const hint = near ? `Did you mean \`${near}\`?` : `Known are ${names.join(', ')}.`;
      // Not repeated: a key may have been put in the wrong place.
      return {
        path: `options.${name}`,
        message: `Unknown option \`${name}\`. ${hint}`,
        received: `a ${typeof (/** @type {any} */ (options)[name])}`,
      };
    });
}

/** @param {string} name */
function nearest(name) {
  const distances = names.map((known) => distance(name.toLowerCase(), known.toLowerCase()));
  const least = Math.min(...distances);
  return least <= Math.max(2, name.length / 3) ? names[distances.indexOf(least)] : undefined;
}

/**
 * How many letters have to be put in, left out or changed.
 * @param {string} one
 * @param {string} other
 */
function distance(one, other) {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let i = 1; i <= one.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= other.length; j += 1) {
      const changed = (row[j - 1] ?? 0) + Number(one[i - 1] !== other[j - 1]);
      next.push(Math.min(changed, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[other.length] ?? 0;
}
