// @ts-check
/**
 * A model of Vercel's AI SDK for a run. The SDK's mock stands here, so that this runs without a
 * key: put `openai('gpt-5.4-mini')` of `@ai-sdk/openai`, or any other of its models, in its place.
 */

import { pathToFileURL } from 'node:url';
import { MockLanguageModelV3 } from 'ai/test';
import { parallelProcess } from 'parallelization-agent';

export const about = 'Subtasks on a model of Vercel’s AI SDK (its mock, whatever other model there is)';

const subtasks = [
  { id: 'for', content: 'What speaks for a four-day week?' },
  { id: 'against', content: 'What speaks against a four-day week?' },
  { id: 'advice', content: 'What would you try first?', dependencies: ['for', 'against'] },
];

const mock = new MockLanguageModelV3({
  doGenerate: async ({ prompt }) => ({
    content: [{ type: 'text', text: `[mock] An answer to ${prompt.length} messages.` }],
    finishReason: { unified: 'stop', raw: 'stop' },
    usage: {
      inputTokens: { total: 20, noCache: 20, cacheRead: 0, cacheWrite: 0 },
      outputTokens: { total: 6, text: 6, reasoning: 0 },
    },
    warnings: [],
  }),
});

/**
 * @param {import('parallelization-agent').AgentOptions} [options]
 * @param {import('parallelization-agent').LanguageModelLike} [model]
 */
export function run(options, model = mock) {
  return parallelProcess('Weigh a four-day week', subtasks, { ...options, model });
}

/** @param {import('parallelization-agent').ProcessResult} result */
export function print({ results, summary, metadata }) {
  for (const { taskId, status, result } of results) console.log(`${taskId}: ${result ?? status}`);
  console.log(`\nSummary: ${summary}\n${metadata.totalTokens} tokens`);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) print(await run());
