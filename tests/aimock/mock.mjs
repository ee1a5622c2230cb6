// @ts-check
/**
 * A third party's mock of the providers, with something to say to each of the runs in `runs.mjs`.
 */

import { LLMock } from '@copilotkit/aimock';

export const key = 'the-key-of-these-tests';

/** It takes this key alone, under each header that a provider has for it. */
export async function startMock() {
  const mock = new LLMock({ port: 0, host: '127.0.0.1', chunkSize: 7, auth: { apiKeys: [key] } });
  const usage = { prompt_tokens: 21, completion_tokens: 8, input_tokens: 21, output_tokens: 8 };
  const well = { content: 'All is well: naïve – 漢字 – 🧵.', usage };

  mock.onMessage('Say hello', { content: 'Grüße aus Köln ☀️', reasoning: 'They want a greeting.', usage });
  mock.onMessage('Begin a tale', { content: 'Once upon', finishReason: 'length', usage });
  mock.onMessage('Count the moths', { content: '{"moths":375}', usage });

  const calls = ['Paris', 'Rome'].map((city) => ({
    id: `call_${city}`,
    name: 'weather',
    arguments: { city },
  }));
  const ask = { content: 'Let me see.', reasoning: 'Two cities.', toolCalls: calls, usage };
  mock.on({ userMessage: 'Compare the weather', hasToolResult: false }, ask);
  mock.on(
    { userMessage: 'Compare the weather', hasToolResult: true, toolResultContains: 'Rome' },
    { content: 'Rome is warmer.', usage },
  );

  const limited = { error: { message: 'Slow down.', type: 'rate_limit_error' }, status: 429, retryAfter: 1 };
  const busy = { error: { message: 'Overloaded.', type: 'server_error' }, status: 503 };
  const noCredit = { message: 'No credit.', type: 'insufficient_quota', code: 'insufficient_quota' };
  const wrong = { error: { message: 'No such field.', type: 'invalid_request_error' }, status: 400 };
  mock.on(once('Come too often'), limited);
  mock.on(once('Come too early'), busy);
  mock.on(once('Break off'), well, { truncateAfterChunks: 2 });
  mock.on(once('Be reset'), well, { latency: 20, disconnectAfterMs: 30 });
  mock.on(once('Talk nonsense'), well, { chaos: { malformedRate: 1 } });
  mock.on(once('Hang up'), well, { chaos: { disconnectRate: 1 } });
  mock.on({ userMessage: /^(Come too|Break off|Be reset|Talk nonsense|Hang up)/ }, well);
  mock.on({ userMessage: 'Ask for credit', model: /^o4/ }, { error: noCredit, status: 429 });
  mock.onMessage('Ask for credit', { error: noCredit, status: 402 });
  mock.onMessage('Be wrong', wrong);
  await mock.start();
  return mock;
}

/**
 * The first request of a run; it names itself by `x-test-id`.
 * @param {string} userMessage
 */
const once = (userMessage) => ({ userMessage, sequenceIndex: 0 });
