// @ts-check
/** The model that the user's environment names. */

const defaultBaseURL = 'https://api.openai.com/v1';
const defaultModel = 'gpt-4o-mini';

/** @returns {Promise<import('../model.mjs').Model | null>} */
export async function findConfigured() {
  const { OPENAI_BASE_URL, OPENAI_API_KEY, OPENAI_MODEL } = process.env;
  if (!OPENAI_BASE_URL && !OPENAI_API_KEY) return null;
  const baseURL = (OPENAI_BASE_URL || defaultBaseURL).replace(/\/+$/, '');
  const model =
    OPENAI_MODEL || (baseURL === defaultBaseURL ? defaultModel : await firstModel(baseURL, OPENAI_API_KEY));
  const name = `${model} at ${new URL(baseURL).host}`;
  return { kind: 'configured', name, baseURL, model, apiKey: OPENAI_API_KEY, stop: async () => {} };
}

/**
 * A server of one's own serves a model or two, and says which.
 * @param {string} baseURL
 * @param {string} [apiKey]
 */
async function firstModel(baseURL, apiKey) {
  const remedy = 'Set OPENAI_MODEL to the model to use.';
  try {
    const headers = apiKey ? { authorization: `Bearer ${apiKey}` } : undefined;
    const response = await fetch(`${baseURL}/models`, { headers, signal: AbortSignal.timeout(10_000) });
    if (!response.ok) throw new Error(`HTTP status ${response.status}`);
    const { data } = /** @type {{ data: { id: string }[] }} */ (await response.json());
    return data[0].id;
  } catch (error) {
    throw new Error(`${baseURL}/models does not say which models it serves. ${remedy}`, { cause: error });
  }
}
