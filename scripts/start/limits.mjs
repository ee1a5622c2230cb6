// @ts-check
/** How much is asked of each kind of model, and what to say of the smallest. */

/** @typedef {{ maxTokens?: number, temperature?: number, concurrency?: number }} Limits */
/** @type {Record<import('../model.mjs').Model['kind'], Limits>} */
export const limits = {
  configured: { maxTokens: 300 },
  ollama: { maxTokens: 200, concurrency: 4 },
  // It rambles when it may, and answers four at a time.
  embedded: { maxTokens: 60, temperature: 0, concurrency: 4 },
  simulated: {},
};

export const tinyModelNote = `
These are the words of a tiny model, there so that nothing has to be configured: do not trust what they say.
For better ones set OPENAI_API_KEY (and OPENAI_BASE_URL, OPENAI_MODEL), or start Ollama.`;
