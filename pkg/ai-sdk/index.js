// @ts-check
/**
 * Models of Vercel's AI SDK, such as `openai('gpt-5.4')` of `@ai-sdk/openai`, as functions that
 * answer for a model. They are known by their shape (specification v2, v3 or v4), so that nothing
 * is imported. The provider is called directly: the SDK's own retries stand above it, and the run
 * has its own.
 */

import { pieces, wholeAnswer } from './answer.js';
import { described } from './error.js';
import { callOptions } from './request.js';

/** @typedef {import('../index.js').LanguageModelLike} LanguageModel */

/** The versions of the specification that are understood. */
const versions = ['v2', 'v3', 'v4'];

/**
 * One function for each model, so that its limits are its own in all runs.
 * @type {WeakMap<object, Function>}
 */
const functions = new WeakMap();

/**
 * The function that asks a model; undefined for anything else.
 * @param {any} model
 * @returns {Function | undefined}
 */
export function fromAiSdk(model) {
  if (typeof model.doGenerate !== 'function' || !versions.includes(model.specificationVersion))
    return undefined;
  const known = functions.get(model);
  if (known) return known;
  const complete = completeWith(model);
  functions.set(model, complete);
  return complete;
}

/** @param {LanguageModel} model @returns {import('../index.js').CompleteFunction} */
function completeWith(model) {
  return async (request, { signal }) => {
    const options = callOptions(request, model, signal);
    try {
      if (!request.stream) return wholeAnswer(await model.doGenerate(options));
      const { stream } = await model.doStream(options);
      return pieces(stream);
    } catch (error) {
      throw described(error);
    }
  };
}
