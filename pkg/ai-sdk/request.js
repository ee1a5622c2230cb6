// @ts-check
/** What is asked, as the AI SDK's specification has it. */

import { mediaOf, parsed, refuse, textOf } from '../messages.js';

/** @typedef {import('../index.js').CompleteRequest} Request */

/**
 * @param {Request} request
 * @param {{ specificationVersion: string, provider: string }} model
 * @param {AbortSignal} signal
 */
export function callOptions({ messages, schema, tools, serverTools, toolChoice, ...request }, model, signal) {
  const version = model.specificationVersion;
  if (version !== 'v4') {
    const remedy = 'models of this version of the AI SDK take it in `extraBody`, as its `providerOptions`.';
    refuse(request, ['reasoning'], remedy);
  }
  return {
    prompt: prompt(messages, version),
    maxOutputTokens: request.maxTokens,
    temperature: request.temperature,
    topP: request.topP,
    reasoning: request.reasoning,
    stopSequences: request.stop,
    seed: request.seed,
    responseFormat: schema && { type: 'json', schema, name: 'answer' },
    tools: (tools || serverTools) && [
      ...(tools ?? []).map(({ name, description, parameters }) => ({
        type: 'function',
        name,
        description,
        inputSchema: parameters ?? { type: 'object' },
      })),
      ...(serverTools ?? []).map((tool) => providerTool(tool, version)),
    ],
    toolChoice:
      typeof toolChoice === 'object'
        ? { type: 'tool', toolName: toolChoice.name }
        : toolChoice && { type: toolChoice },
    providerOptions: providerOptions(schema, withTier(request, model.provider)),
    abortSignal: signal,
  };
}

/**
 * A tool that the provider runs, such as `openai.tools.webSearch()`: the SDK names it by the key
 * that it is passed under.
 * @param {any} tool
 * @param {string} version
 */
function providerTool({ id, name = id?.split('.').at(-1), args = {} }, version) {
  return { type: version === 'v2' ? 'provider-defined' : 'provider', id, name, args };
}

/**
 * What each provider calls the tiers.
 * @type {Record<string, (tier: string) => string | undefined>}
 */
const tiers = {
  openai: (tier) => (tier === 'standard' ? 'default' : tier),
  google: (tier) => tier,
  anthropic: (tier) => ({ standard: 'standard_only', priority: 'auto' })[tier],
};

/**
 * The caller's own provider options, with the tier among them.
 * @param {Pick<Request, 'tier' | 'extraBody'>} request
 * @param {string} provider
 */
function withTier({ tier, extraBody }, provider) {
  if (!tier) return extraBody;
  const [name = ''] = provider.split('.');
  const serviceTier = tiers[name]?.(tier);
  if (!serviceTier) {
    refuse(
      { tier },
      ['tier'],
      `models of \`${provider}\` have no '${tier}'; what they have is given in \`extraBody\`.`,
    );
  }
  return { ...extraBody, [name]: { serviceTier, .../** @type {any} */ (extraBody)?.[name] } };
}

/**
 * OpenAI refuses a strict schema that leaves anything open; its provider asks for a strict one
 * unless told otherwise.
 * @param {any} schema
 * @param {any} given  the caller's own
 */
function providerOptions(schema, given) {
  if (!schema || isClosed(schema)) return given;
  return { ...given, openai: { strictJsonSchema: false, ...given?.openai } };
}

/**
 * Whether every object within a schema allows its properties alone, and requires them all.
 * @param {any} schema
 */
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
        const output =
          typeof content === 'string'
            ? { type: 'text', value: content }
            : { type: 'content', value: content.map((part) => resultPart(part, version)) };
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
  return content.map((part) => (part.type === 'text' ? part : filePart(part, version)));
}

/** @typedef {import('../messages.js').RequestPart} Part */
/** @typedef {Exclude<Part, { type: 'text' }>} MediaPart */

/**
 * @param {MediaPart} part
 * @param {string} version
 */
function filePart(part, version) {
  const { address, mediaType, data, filename } = mediaOf(part);
  const detail = part.type === 'image_url' ? part.image_url.detail : undefined;
  return {
    type: 'file',
    mediaType,
    data: version === 'v4' ? tagged(address, data) : (data ?? new URL(address)),
    ...(filename && { filename }),
    ...(detail && { providerOptions: { openai: { imageDetail: detail } } }),
  };
}

/**
 * @param {string} address
 * @param {string | undefined} data
 */
function tagged(address, data) {
  return data === undefined ? { type: 'url', url: new URL(address) } : { type: 'data', data };
}

/**
 * A part of what a tool gave.
 * @param {Part} part
 * @param {string} version
 */
function resultPart(part, version) {
  if (part.type === 'text') return part;
  const { address, mediaType, data } = mediaOf(part);
  if (version === 'v4') return { type: 'file', mediaType, data: tagged(address, data) };
  if (version === 'v2') {
    return data === undefined ? { type: 'text', text: address } : { type: 'media', mediaType, data };
  }
  const kind = part.type === 'image_url' ? 'image' : 'file';
  return data === undefined
    ? { type: `${kind}-url`, url: address }
    : { type: `${kind}-data`, mediaType, data };
}
