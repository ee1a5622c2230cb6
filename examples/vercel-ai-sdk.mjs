// @ts-check
/**
 * A model of Vercel's AI SDK behind a run. The SDK's mock stands here, so that this runs without a key: put
 * `openai('gpt-4.1-mini')` of `@ai-sdk/openai`, or any other of its models, in its place.
 */

import { pathToFileURL } from 'node:url';
import { APICallError, generateText } from 'ai';
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
 * @param {import('ai').LanguageModel} model
 * @returns {import('parallelization-agent').CompleteFunction}
 */
export function completeWith(model) {
  return async ({ messages, temperature, maxTokens }, { signal }) => {
    try {
      const { text, usage, finishReason } = await generateText({
        model,
        messages: /** @type {import('ai').ModelMessage[]} */ (messages),
        allowSystemInMessages: true,
        temperature,
        maxOutputTokens: maxTokens,
        abortSignal: signal,
        // The run retries, and knows of the limits that all its calls share.
        maxRetries: 0,
      });
      const { inputTokens, outputTokens } = usage;
      return { text, usage: { promptTokens: inputTokens, completionTokens: outputTokens }, finishReason };
    } catch (error) {
      if (!APICallError.isInstance(error)) throw error;
      // By these names the run can tell what is worth another try, and when.
      throw Object.assign(error, { status: error.statusCode, headers: error.responseHeaders });
    }
  };
}

/**
 * @param {import('parallelization-agent').AgentOptions} [options]
 * @param {import('ai').LanguageModel} [model]
 */
export function run(options, model = mock) {
  return parallelProcess('Weigh a four-day week', subtasks, { ...options, complete: completeWith(model) });
}

/** @param {import('parallelization-agent').ProcessResult} result */
export function print({ results, summary, metadata }) {
  for (const { taskId, status, result } of results) console.log(`${taskId}: ${result ?? status}`);
  console.log(`\nSummary: ${summary}\n${metadata.totalTokens} tokens`);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) print(await run());
