// @ts-check
/** The Vercel AI SDK, which leaves the number of calls at once to p-limit. */

import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { generateText, streamText } from 'ai';
import pLimit from 'p-limit';

/** @param {string} baseURL */
function modelAt(baseURL) {
  return createOpenAICompatible({ name: 'bench', baseURL, apiKey: 'bench' })('bench');
}

/** @type {import('../contenders.mjs').FanOut} */
export function fanOut(prompts, { baseURL, concurrency }) {
  const model = modelAt(baseURL);
  const limit = pLimit(concurrency);
  return Promise.all(
    prompts.map((prompt) => limit(async () => (await generateText({ model, prompt })).text)),
  );
}

/** @type {import('../contenders.mjs').Streams} */
export function streams(prompts, { baseURL }, onText) {
  const model = modelAt(baseURL);
  return Promise.all(
    prompts.map(async (prompt) => {
      let text = '';
      for await (const delta of streamText({ model, prompt }).textStream) {
        onText(delta);
        text += delta;
      }
      return text;
    }),
  );
}
