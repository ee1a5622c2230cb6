// @ts-check
/** An answer in the shapes in which OpenAI's chat API gives it. */

/** @typedef {import('./answer.js').Answer} Answer */

export const simulatedModel = 'simulated';

/**
 * @param {import('./answer.js').Chat & {
 *   max_tokens?: number,
 *   max_completion_tokens?: number,
 * }} chat
 * @param {Answer} answer
 */
export function completionOf(chat, { tools, pieces: wanted }) {
  const pieces = wanted.slice(0, chat.max_completion_tokens ?? chat.max_tokens ?? wanted.length);
  const read = Math.ceil(JSON.stringify(chat.messages).length / 4);
  const written = pieces.length + 12 * tools.length;
  const calls = tools.map(({ name, args }, index) => ({
    index,
    id: `call-${index + 1}`,
    type: 'function',
    function: { name, arguments: JSON.stringify(args) },
  }));
  return {
    pieces,
    calls,
    finishReason: calls.length > 0 ? 'tool_calls' : pieces.length < wanted.length ? 'length' : 'stop',
    usage: { prompt_tokens: read, completion_tokens: written, total_tokens: read + written },
    head: {
      id: `chatcmpl-${Math.random().toString(36).slice(2)}`,
      created: Math.floor(Date.now() / 1000),
      model: simulatedModel,
    },
  };
}

/** @typedef {ReturnType<typeof completionOf>} Completion */

/** @param {Completion} completion */
export function asWhole({ pieces, calls, finishReason, usage, head }) {
  const message = {
    role: 'assistant',
    content: pieces.join(''),
    ...(calls.length > 0 && { tool_calls: calls }),
  };
  const choices = [{ index: 0, message, finish_reason: finishReason }];
  return { ...head, object: 'chat.completion', choices, usage };
}

/**
 * @param {Completion} completion
 * @param {boolean} withUsage
 */
export function asChunks({ pieces, calls, finishReason, usage, head }, withUsage) {
  const start = { ...head, object: 'chat.completion.chunk' };
  const chunk = (/** @type {object} */ delta, /** @type {string | null} */ finish_reason = null) => ({
    ...start,
    choices: [{ index: 0, delta, finish_reason }],
    ...(withUsage && { usage: null }),
  });
  return [
    chunk({ role: 'assistant', content: '' }),
    ...pieces.map((content) => chunk({ content })),
    ...(calls.length > 0 ? [chunk({ tool_calls: calls })] : []),
    chunk({}, finishReason),
    ...(withUsage ? [{ ...start, choices: [], usage }] : []),
  ];
}
