// @ts-check
/** OpenAI's Agents SDK: one run of an agent for each prompt, as many at once as p-limit lets. */

import { Agent, OpenAIChatCompletionsModel, run, setTracingDisabled } from '@openai/agents';
import OpenAI from 'openai';
import pLimit from 'p-limit';

setTracingDisabled(true);

/** @param {string} baseURL */
function agentAt(baseURL) {
  const client = new OpenAI({ baseURL, apiKey: 'bench', dangerouslyAllowBrowser: true });
  return new Agent({ name: 'bench', model: new OpenAIChatCompletionsModel(client, 'bench') });
}

/** @type {import('../contenders.mjs').FanOut} */
export function fanOut(prompts, { baseURL, concurrency }) {
  const agent = agentAt(baseURL);
  const limit = pLimit(concurrency);
  return Promise.all(
    prompts.map((prompt) => limit(async () => (await run(agent, prompt)).finalOutput ?? '')),
  );
}
