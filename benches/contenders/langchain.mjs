// @ts-check
/** LangChain: `.batch` of a chat model. */

import { ChatOpenAI } from '@langchain/openai';

/** @type {import('../contenders.mjs').FanOut} */
export async function fanOut(prompts, { baseURL, concurrency }) {
  const model = new ChatOpenAI({ model: 'bench', apiKey: 'bench', configuration: { baseURL } });
  const messages = await model.batch(prompts, { maxConcurrency: concurrency });
  return messages.map(({ text }) => text);
}

/** @type {import('../contenders.mjs').Streams} */
export function streams(prompts, { baseURL }, onText) {
  const model = new ChatOpenAI({ model: 'bench', apiKey: 'bench', configuration: { baseURL } });
  return Promise.all(
    prompts.map(async (prompt) => {
      let text = '';
      for await (const chunk of await model.stream(prompt)) {
        if (!chunk.text) continue;
        onText(chunk.text);
        text += chunk.text;
      }
      return text;
    }),
  );
}
