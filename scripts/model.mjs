// @ts-check
/**
 * Finds a language model to talk to, in this order: what `OPENAI_BASE_URL` and `OPENAI_API_KEY`
 * name; an Ollama that listens here; the small model that set-up fetches. Or, when asked for, one
 * whose answers are simulated.
 */

import { findConfigured } from './model/configured.mjs';
import { startEmbedded } from './model/embedded.mjs';
import { findOllama } from './model/ollama.mjs';
import { startSimulated } from './model/simulated.mjs';

/**
 * @typedef {object} Model
 * @property {'configured' | 'ollama' | 'embedded' | 'simulated'} kind
 * @property {string} name  what to call it in front of people
 * @property {string} baseURL
 * @property {string} model
 * @property {string} [apiKey]
 * @property {() => Promise<void>} stop
 */

/**
 * @param {{ simulated?: boolean }} [options]
 * @returns {Promise<Model>}
 */
export async function findModel({ simulated = false } = {}) {
  if (simulated) return startSimulated();
  return (await findConfigured()) ?? (await findOllama()) ?? (await startEmbedded());
}
