// @ts-check
/** A chat model of LangChain as a function that answers for a model. */

import { parsed, refuse } from '../messages.js';

/** @typedef {import('../index.js').CompleteRequest} Request */
/** @typedef {import('../index.js').CompleteAnswer} Answer */
/** @typedef {Record<string, any>} Message  of LangChain */

/**
 * @param {import('../adapters.js').LangChainModel} model
 * @returns {import('../index.js').CompleteFunction}
 */
export function fromLangChain(model) {
  if (typeof model?.invoke !== 'function' || typeof model?.stream !== 'function') {
    throw new TypeError('Expected a chat model of LangChain, such as `new ChatOpenAI({ maxRetries: 0 })`.');
  }
  return async (request, { signal }) => {
    refuse(request, ['reasoning', 'topP', 'tier'], 'give it to the model of LangChain when it is made.');
    const bound = withTools(model, request);
    const messages = request.messages.map(langChainMessage);
    const options = { signal, ...(request.stop && { stop: request.stop }) };
    if (!request.stream) return answer(await bound.invoke(messages, options));
    return pieces(await bound.stream(messages, options));
  };
}

/**
 * @param {import('../adapters.js').LangChainModel} model
 * @param {Request} request
 */
function withTools(model, { tools, serverTools, toolChoice }) {
  if (!tools && !serverTools) return model;
  if (!model.bindTools) throw new TypeError('This chat model of LangChain cannot call tools.');
  const functions = (tools ?? []).map(({ name, description, parameters }) => ({
    type: 'function',
    function: { name, description, parameters: parameters ?? { type: 'object', properties: {} } },
  }));
  // In LangChain's own words, which its models put into their provider's.
  const choice =
    toolChoice === 'required' ? 'any' : typeof toolChoice === 'object' ? toolChoice.name : toolChoice;
  return model.bindTools([...functions, ...(serverTools ?? [])], choice && { tool_choice: choice });
}

/** @param {Request['messages'][number]} message */
function langChainMessage({ role, content, toolCalls, toolCallId, providerData }) {
  return {
    role,
    content,
    ...(toolCalls && {
      tool_calls: toolCalls.map(({ id, name, arguments: args }) => ({ id, name, args: parsed(args) })),
    }),
    ...(toolCallId !== undefined && { tool_call_id: toolCallId }),
    .../** @type {object | undefined} */ (providerData),
  };
}

/** @param {Message} message @returns {Answer} */
function answer(message) {
  const { tool_calls: calls = [], response_metadata: metadata } = message;
  const finishReason = metadata?.finish_reason ?? metadata?.stop_reason;
  const model = metadata?.model_name ?? metadata?.model;
  return {
    text: message.text,
    ...(calls.length > 0 && { toolCalls: toolCalls(calls), ...signed(message) }),
    ...(message.usage_metadata && { usage: usage(message.usage_metadata) }),
    ...(finishReason && { finishReason }),
    ...(model && { model }),
  };
}

/** @param {any[]} calls */
function toolCalls(calls) {
  return calls.map(({ id, name, args }) => ({ id, name, arguments: args }));
}

/**
 * The message's own content where that is more than text: a signed thought goes back as it came.
 * @param {Message} message
 */
function signed({ content, additional_kwargs }) {
  return Array.isArray(content) && { providerData: { content, additional_kwargs } };
}

/** @param {any} counts */
function usage({ input_tokens, output_tokens, input_token_details, output_token_details }) {
  return {
    promptTokens: input_tokens,
    completionTokens: output_tokens,
    cachedTokens: input_token_details?.cache_read,
    cacheWriteTokens: input_token_details?.cache_creation,
    reasoningTokens: output_token_details?.reasoning,
  };
}

/**
 * Texts as they come; calls, usage and the end when all is there: LangChain's chunks add up to a
 * message.
 * @param {AsyncIterable<Message>} chunks
 * @returns {AsyncGenerator<Answer>}
 */
async function* pieces(chunks) {
  /** @type {Message | undefined} */
  let message;
  for await (const chunk of chunks) {
    message = message ? message.concat(chunk) : chunk;
    if (chunk.text) yield { text: chunk.text };
  }
  if (message) yield { ...answer(message), text: '' };
}
