// @ts-check
/**
 * A model inside the page as a run's `complete`: wllama is llama.cpp in WebAssembly, and answers as
 * OpenAI's API does.
 */

/**
 * What is used of wllama.
 * @typedef {object} Wllama
 * @property {(options: object) => Promise<AsyncIterable<any>>} createChatCompletion
 */

/**
 * @param {Promise<Wllama>} loading  with a model in it
 * @returns {import('parallelization-agent').CompleteFunction}
 */
export function completeWith(loading) {
  return async function* complete({ messages, temperature, maxTokens }, { signal }) {
    const wllama = await loading;
    const chunks = await wllama.createChatCompletion({
      messages: messages.map(({ role, content }) => ({ role, content: textOf(content) })),
      temperature,
      max_tokens: maxTokens,
      stream: true,
      abortSignal: signal,
    });
    for await (const { choices, usage, timings } of chunks) {
      const [choice] = choices;
      yield {
        text: choice?.delta.content ?? '',
        finishReason: choice?.finish_reason ?? undefined,
        usage: usageOf(usage, timings),
      };
    }
  };
}

/** @param {string | import('parallelization-agent').ContentPart[]} content */
function textOf(content) {
  if (typeof content === 'string') return content;
  return content.map((part) => (part.type === 'text' ? part.text : '')).join('');
}

/**
 * The last chunk has the counts, under one name or the other.
 * @param {{ prompt_tokens: number, completion_tokens: number } | null | undefined} usage
 * @param {{ cache_n: number, prompt_n: number, predicted_n: number } | undefined} timings
 */
function usageOf(usage, timings) {
  if (usage) return { promptTokens: usage.prompt_tokens, completionTokens: usage.completion_tokens };
  if (!timings) return undefined;
  const { cache_n: cached, prompt_n: read, predicted_n: written } = timings;
  return { promptTokens: cached + read, completionTokens: written, cachedTokens: cached };
}
