// @ts-check
/** What is asked, as the AI SDK's specification has it. */

import { parsed, textOf } from '../messages.js';

/** @typedef {import('../index.js').CompleteRequest} Request */

/**
 * @param {Request} request
 * @param {string} version  of the specification
 * @param {AbortSignal} signal
 */
export function callOptions({ messages, schema, tools, ...request }, version, signal) {
  return {
    prompt: prompt(messages, version),
    maxOutputTokens: request.maxTokens,
    temperature: request.temperature,
    stopSequences: request.stop,
    seed: request.seed,
    responseFormat: schema && { type: 'json', schema, name: 'answer' },
    tools: tools?.map(({ name, description, parameters }) => ({
      type: 'function',
      name,
      description,
      inputSchema: parameters ?? { type: 'object' },
    })),
    providerOptions: providerOptions(schema, request.extraBody),
    abortSignal: signal,
  };
}

/**
 * OpenAI refuses a strict schema that leaves anything open; its provider asks for a strict one unless told otherwise.
 * @param {any} schema
 * @param {any} given  the caller's own
 */
function providerOptions(schema, given) {
  if (!schema || isClosed(schema)) return given;
  return { ...given, openai: { strictJsonSchema: false, ...given?.openai } };
}

/** Whether every object within a schema allows its properties alone, and requires them all. @param {any} schema */
function isClosed(schema) {
  if (typeof schema !== 'object' || schema === null) return true;
  const names = Object.keys(schema.properties ?? {});
  const isObject = schema.type === 'object' || names.length > 0;
  const required = Array.isArray(schema.required) ? schema.required : [];
  if (
    isObject &&
    !(schema.additionalProperties === false && names.every((name) => required.includes(name)))
  ) {
    return false;
  }
  return Object.values(schema).every(isClosed);
}

/**
 * @param {Request['messages']} messages
 * @param {string} version
 */
function prompt(messages, version) {
  /** @type {Map<string, string>} */
  const toolNames = new Map();
  return messages.map(({ role, content, toolCalls = [], toolCallId = '', providerData }) => {
    for (const { id, name } of toolCalls) toolNames.set(id, name);
    switch (role) {
      case 'system':
        return { role, content: textOf(content) };
      case 'tool': {
        const output = { type: 'text', value: textOf(content) };
        const toolName = toolNames.get(toolCallId) ?? '';
        return { role, content: [{ type: 'tool-result', toolCallId, toolName, output }] };
      }
      case 'assistant':
        return { role, content: providerData ?? assistantParts(textOf(content), toolCalls) };
      default:
        return { role, content: userParts(content, version) };
    }
  });
}

/**
 * @param {string} text
 * @param {NonNullable<Request['messages'][number]['toolCalls']>} toolCalls
 */
function assistantParts(text, toolCalls) {
  return [
    ...(text ? [{ type: 'text', text }] : []),
    ...toolCalls.map(({ id, name, arguments: input }) => ({
      type: 'tool-call',
      toolCallId: id,
      toolName: name,
      input: parsed(input),
    })),
  ];
}

/**
 * @param {Request['messages'][number]['content']} content
 * @param {string} version
 */
function userParts(content, version) {
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  return content.map((part) => (part.type === 'text' ? part : imagePart(part.image_url.url, version)));
}

/**
 * @param {string} address
 * @param {string} version
 */
function imagePart(address, version) {
  const [, mediaType = 'image/*', data] = address.match(/^data:([^;,]+)[^,]*;base64,(.*)$/s) ?? [];
  if (version === 'v4') {
    const tagged = data === undefined ? { type: 'url', url: new URL(address) } : { type: 'data', data };
    return { type: 'file', mediaType, data: tagged };
  }
  return { type: 'file', mediaType, data: data ?? new URL(address) };
}
