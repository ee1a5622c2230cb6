// @ts-check
/** The model that Chrome brings along (the Prompt API) as a function that answers for a model. */

import { refuse, textOf } from '../messages.js';

/** @typedef {import('../index.js').CompleteRequest} Request */
/** @typedef {import('../index.js').CompleteAnswer} Answer */
/** @typedef {any} Session  the Prompt API's; TypeScript has no types for it */

/**
 * Sessions to clone that are kept: one for each text of instructions, and a page has few of these.
 */
const mostSessions = 4;

/**
 * @param {import('../adapters.js').PromptApiOptions} [options]
 * @returns {import('../index.js').CompleteFunction}
 */
export function fromPromptApi({ onDownloadProgress, ...options } = {}) {
  const sessions = new Sessions({
    ...options,
    ...(onDownloadProgress && {
      monitor: (/** @type {EventTarget} */ monitor) =>
        monitor.addEventListener('downloadprogress', (/** @type {any} */ event) =>
          onDownloadProgress(event.loaded),
        ),
    }),
  });
  return async ({ messages, schema, stream, ...request }, { signal }) => {
    const unknown = ['tools', 'serverTools', 'toolChoice', 'reasoning', 'topP', 'tier'];
    refuse(request, unknown, 'the model in the browser takes no such thing.');
    const system = messages.filter(({ role }) => role === 'system');
    const turns = messages.filter(({ role }) => role !== 'system').map(promptMessage);
    const session = await sessions.open(system.map(({ content }) => textOf(content)).join('\n\n'), signal);
    const call = { signal, ...(schema && { responseConstraint: schema }) };
    if (stream) return pieces(session, turns, call);
    try {
      const usage = await counter(session, turns, call);
      return { text: await session.prompt(turns, call), usage: usage() };
    } finally {
      session.destroy();
    }
  };
}

/** A session for each text of instructions, cloned for each call, so that no call sees another. */
class Sessions {
  #options;
  /** In the order of their last use. @type {Map<string, Promise<Session>>} */
  #known = new Map();

  /** @param {object} options  of `LanguageModel.create` */
  constructor(options) {
    this.#options = options;
  }

  /**
   * @param {string} instructions
   * @param {AbortSignal} signal
   * @returns {Promise<Session>}
   */
  async open(instructions, signal) {
    const known = this.#known.get(instructions) ?? this.#create(instructions);
    this.#known.delete(instructions);
    this.#known.set(instructions, known);
    this.#dropOldest();
    try {
      return await (await known).clone({ signal });
    } catch (error) {
      // It may work the next time: the model may have been unloaded.
      if (!signal.aborted) this.#known.delete(instructions);
      throw error;
    }
  }

  /**
   * Not ended by one call's signal: others wait for it as well.
   * @param {string} instructions
   * @returns {Promise<Session>}
   */
  async #create(instructions) {
    const model = /** @type {any} */ (globalThis).LanguageModel;
    if (!model) {
      throw new TypeError(
        'This browser has no model of its own (the global `LanguageModel`): Chrome 148 or newer has.',
      );
    }
    const initialPrompts = instructions ? [{ role: 'system', content: instructions }] : [];
    return model.create({ ...this.#options, initialPrompts });
  }

  #dropOldest() {
    for (const [instructions, session] of this.#known) {
      if (this.#known.size <= mostSessions) return;
      this.#known.delete(instructions);
      session.then(
        (/** @type {Session} */ session) => session.destroy(),
        () => {},
      );
    }
  }
}

/** @param {Request['messages'][number]} message */
function promptMessage({ role, content }) {
  if (typeof content !== 'string' && content.some(({ type }) => type !== 'text')) {
    throw new TypeError('The model in the browser is given text alone here; images are not passed on.');
  }
  return { role, content: textOf(content) };
}

/**
 * @param {Session} session
 * @param {object[]} turns
 * @param {object} call
 * @returns {AsyncGenerator<Answer>}
 */
async function* pieces(session, turns, call) {
  try {
    const usage = await counter(session, turns, call);
    for await (const text of session.promptStreaming(turns, call)) yield { text };
    yield { usage: usage() };
  } finally {
    session.destroy();
  }
}

/**
 * The session counts what it holds, and not who wrote it: what is there beyond the prompt, the
 * model has written.
 * @param {Session} session
 * @param {object[]} turns
 * @param {object} call
 */
async function counter(session, turns, call) {
  const promptTokens = session.contextUsage + (await session.measureContextUsage(turns, call));
  return () => ({ promptTokens, completionTokens: Math.max(0, session.contextUsage - promptTokens) });
}
