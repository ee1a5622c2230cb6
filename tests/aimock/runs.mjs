// @ts-check
/** Runs against the mock, in Node and in a page alike: imports nothing, and gives plain data. */

/** @typedef {typeof import('parallelization-agent')} Package */

export const providers = /** @type {const} */ (['openai', 'openai-responses', 'anthropic', 'gemini']);

const models = {
  openai: 'o4-mini',
  'openai-responses': 'o4-mini',
  anthropic: 'claude-sonnet-4-5',
  gemini: 'gemini-2.5-flash',
};

const moths = {
  type: 'object',
  properties: { moths: { type: 'integer' } },
  required: ['moths'],
  additionalProperties: false,
};

const weather = {
  name: 'weather',
  description: 'The weather in a city.',
  parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  execute: async (/** @type {{ city: string }} */ { city }) => ({ city, celsius: city === 'Rome' ? 27 : 21 }),
};

/** What each task is asked, and what it is given besides. */
const tasks = {
  text: { content: 'Say hello' },
  length: { content: 'Begin a tale', maxTokens: 2 },
  data: { content: 'Count the moths', schema: moths },
  tools: { content: 'Compare the weather of Paris and Rome', tools: [weather] },
  limited: { content: 'Come too often' },
  busy: { content: 'Come too early' },
  cut: { content: 'Break off' },
  reset: { content: 'Be reset' },
  nonsense: { content: 'Talk nonsense' },
  hungUp: { content: 'Hang up' },
  quota: { content: 'Ask for credit' },
  wrong: { content: 'Be wrong' },
  unknown: { content: 'Nobody ever told the mock of this' },
};

/**
 * All tasks of one provider in one run, and one more with a wrong key.
 * @param {Package} api
 * @param {{ url: string, key: string, provider: typeof providers[number], stream: boolean }} where
 */
export async function runAll({ parallelProcess }, { url, key, provider, stream }) {
  const options = {
    provider,
    model: models[provider],
    // Gemini's own address has the version in it, and the others' have it too.
    baseURL: `${url}/${provider === 'gemini' ? 'v1beta' : 'v1'}`,
    apiKey: key,
    stream,
    headers: { 'x-test-id': `${provider} ${stream}`, 'x-aimock-strict': 'true' },
    // Makes the mock strict about the thinking that has to come back with tool calls.
    ...(provider === 'anthropic' && { extraBody: { thinking: { type: 'enabled', budget_tokens: 1024 } } }),
    maxRetries: 4,
    aggregate: false,
  };
  const subtasks = Object.entries(tasks).map(([id, task]) => ({ id, ...task }));
  /** @type {Record<string, string>} */
  const shown = {};
  /** @type {string[]} */
  const retried = [];
  const onEvent = (/** @type {any} */ { type, messageId, subagentRunId, delta, name, value }) => {
    if (type === 'TEXT_MESSAGE_START') shown[subagentRunId ?? messageId] = '';
    if (type === 'TEXT_MESSAGE_CONTENT') shown[subagentRunId ?? messageId] += delta;
    if (type === 'CUSTOM' && name === 'retry') retried.push(value.taskId);
  };
  const { results, metadata } = await parallelProcess('t', subtasks, { ...options, onEvent });
  const locked = await parallelProcess('t', [{ id: 'locked', content: 'Say hello' }], {
    ...options,
    apiKey: 'another-key-of-these-tests',
  }).catch((/** @type {any} */ error) => error);
  return JSON.parse(JSON.stringify({ results, metadata, shown, retried, locked: locked.results }));
}
