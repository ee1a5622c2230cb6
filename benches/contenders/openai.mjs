// @ts-check
/** The `openai` package, which leaves the number of calls at once to p-limit. */

import OpenAI from 'openai';
import pLimit from 'p-limit';

/** @type {import('../contenders.mjs').FanOut} */
export function fanOut(prompts, { baseURL, concurrency }) {
  const client = new OpenAI({ baseURL, apiKey: 'bench', dangerouslyAllowBrowser: true });
  const limit = pLimit(concurrency);
  return Promise.all(prompts.map((prompt) => limit(() => ask(client, prompt))));
}

/**
 * @param {OpenAI} client
 * @param {string} content
 */
async function ask(client, content) {
  const { choices } = await client.chat.completions.create({
    model: 'bench',
    messages: [{ role: 'user', content }],
  });
  return choices[0].message.content;
}

/** @type {import('../contenders.mjs').Streams} */
export function streams(prompts, { baseURL }, onText) {
  const client = new OpenAI({ baseURL, apiKey: 'bench', dangerouslyAllowBrowser: true });
  return Promise.all(prompts.map((prompt) => stream(client, prompt, onText)));
}

/**
 * @param {OpenAI} client
 * @param {string} content
 * @param {(text: string) => void} onText
 */
async function stream(client, content, onText) {
  const chunks = await client.chat.completions.create({
    model: 'bench',
    messages: [{ role: 'user', content }],
    stream: true,
  });
  let text = '';
  for await (const chunk of chunks) {
    const delta = chunk.choices[0]?.delta.content;
    if (!delta) continue;
    onText(delta);
    text += delta;
  }
  return text;
}
