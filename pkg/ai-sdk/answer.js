// @ts-check
/** What a model of the AI SDK answers, whole and in parts, as an answer of `complete`. */

import { parsed } from '../messages.js';
import { described } from './error.js';

/** @typedef {import('../index.js').CompleteAnswer} Answer */
/** @typedef {Record<string, any>} Part */

/** @param {any} result @returns {Answer} */
export function wholeAnswer({ content, finishReason, usage, response }) {
  const joined = (/** @type {string} */ type) =>
    content.map((/** @type {Part} */ part) => (part.type === type ? part.text : '')).join('');
  return {
    text: joined('text'),
    reasoning: joined('reasoning'),
    ...calls(content),
    ...beside(content),
    ...ending({ finishReason, usage }),
    ...(response?.modelId && { model: response.modelId }),
  };
}

/**
 * What is to be run here; what the provider runs itself is none of it. With it the whole message as
 * the provider wants it back, where it has thoughts or signatures in it.
 * @param {Part[]} content
 * @returns {Pick<Answer, 'toolCalls' | 'providerData'>}
 */
function calls(content) {
  const ours = content.filter(({ type, providerExecuted }) => type === 'tool-call' && !providerExecuted);
  const toolCalls = ours.map(({ toolCallId, toolName, input }) => ({
    id: toolCallId,
    name: toolName,
    arguments: input,
  }));
  const isSignedCall = ours.length > 0 && content.some(isSigned);
  return { toolCalls, ...(isSignedCall && { providerData: content.flatMap(promptPart) }) };
}

/**
 * Where the answer is from, and what the model made.
 * @param {Part[]} content
 * @returns {Pick<Answer, 'sources' | 'files'>}
 */
function beside(content) {
  const sources = content.filter(({ type }) => type === 'source');
  const files = content.filter(({ type }) => type === 'file');
  return {
    ...(sources.length > 0 && {
      sources: sources.map(({ url, title, filename }) => ({ url, title: title ?? filename })),
    }),
    ...(files.length > 0 && { files: files.map(fileOf) }),
  };
}

/** Bare data in v2 and v3, tagged in v4. @param {Part} part */
function fileOf({ mediaType, data }) {
  const { url, data: tagged = data } = data?.type ? data : { url: undefined };
  if (url) return { mediaType, url: String(url) };
  return { mediaType, data: typeof tagged === 'string' ? tagged : base64(tagged) };
}

/** @param {Uint8Array} bytes */
function base64(bytes) {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
}

/** @param {Part} part */
function isSigned({ type, providerMetadata }) {
  return type === 'reasoning' || providerMetadata !== undefined;
}

/** A part of an answer as a part of a prompt. @param {Part} part */
function promptPart({ providerMetadata, ...part }) {
  if (!['text', 'reasoning', 'tool-call'].includes(part.type)) return [];
  return {
    ...part,
    ...(part.type === 'tool-call' && { input: parsed(part.input) }),
    ...(providerMetadata && { providerOptions: providerMetadata }),
  };
}

/** @param {{ finishReason: any, usage: any }} finish  a text and flat counts in v2 */
function ending({ finishReason, usage }) {
  const read = usage?.inputTokens;
  const written = usage?.outputTokens;
  const isFlat = typeof read !== 'object' && typeof written !== 'object';
  const counts = isFlat
    ? {
        promptTokens: read,
        completionTokens: written,
        cachedTokens: usage?.cachedInputTokens,
        reasoningTokens: usage?.reasoningTokens,
      }
    : {
        promptTokens: read?.total,
        completionTokens: written?.total,
        cachedTokens: read?.cacheRead,
        cacheWriteTokens: read?.cacheWrite,
        reasoningTokens: written?.reasoning,
      };
  return { finishReason: finishReason?.unified ?? finishReason, usage: counts };
}

/**
 * Parts of kinds that are not known here, such as pings, are passed over.
 * @param {ReadableStream<Part>} stream
 * @returns {AsyncGenerator<Answer>}
 */
export async function* pieces(stream) {
  const reader = stream.getReader();
  const content = new Content();
  try {
    for (;;) {
      const { done, value: part } = await reader.read();
      if (done) throw Object.assign(new Error('The stream broke off.'), { code: 'ECONNRESET' });
      content.add(part);
      if (part.type === 'text-delta') yield { text: part.delta };
      else if (part.type === 'reasoning-delta') yield { reasoning: part.delta };
      else if (part.type === 'response-metadata' && part.modelId) yield { model: part.modelId };
      else if (part.type === 'error') throw part.error;
      else if (part.type === 'finish') {
        return yield {
          ...calls(content.parts),
          ...beside(content.parts),
          ...ending(/** @type {any} */ (part)),
        };
      }
    }
  } catch (error) {
    throw described(error);
  } finally {
    // Left early, the request is ended; after the end this does nothing.
    reader.cancel().catch(() => {});
  }
}

/** The content of a streamed answer, as `doGenerate` would have given it. */
class Content {
  /** @type {Part[]} */
  parts = [];
  /** @type {Map<string, Part>} */
  #open = new Map();

  /** @param {Part} part */
  add({ type, id, delta, providerMetadata, ...rest }) {
    const [kind, moment] = type.split(/-(?=[^-]+$)/);
    if (type === 'tool-call') this.parts.push({ type, ...rest, providerMetadata });
    if (type === 'source' || type === 'file') this.parts.push({ type, ...rest });
    if (kind !== 'text' && kind !== 'reasoning') return;
    if (moment === 'start') {
      const opened = { type: kind, text: '' };
      this.#open.set(kind + id, opened);
      this.parts.push(opened);
    }
    const open = this.#open.get(kind + id);
    if (!open) return;
    if (delta) open.text += delta;
    // Providers sign a thought at its end, or with an empty delta.
    if (providerMetadata) open.providerMetadata = providerMetadata;
  }
}
