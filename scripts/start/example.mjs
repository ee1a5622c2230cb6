// @ts-check
/** The example, run with live progress on the given model. */

import { analyze, subtasks, task } from '../../examples/research-paper/analyze.mjs';
import { printOutcome } from './outcome.mjs';
import { watchProgress } from './progress.mjs';

/** @type {Record<import('../model.mjs').Model['kind'], object>} */
const limits = {
  configured: { maxTokens: 300 },
  ollama: { maxTokens: 200, concurrency: 4 },
  // It rambles when it may, and answers four at a time.
  embedded: { maxTokens: 60, temperature: 0, concurrency: 4 },
  simulated: {},
};

const tinyModelNote = `
These are the words of a tiny model, there so that nothing has to be configured: do not trust what they say.
For better ones set OPENAI_API_KEY (and OPENAI_BASE_URL, OPENAI_MODEL), or start Ollama.`;

/**
 * @param {import('../model.mjs').Model} model
 * @returns {Promise<boolean>} whether every subtask completed
 */
export async function runExample({ kind, baseURL, apiKey, model }) {
  console.log(`\n${task}: ${subtasks.map(({ id }) => id).join(', ')}\n`);
  const progress = watchProgress(subtasks.map(({ id }) => id));
  const server = { baseURL, apiKey, model };
  try {
    const result = await analyze({ ...server, ...limits[kind], stream: true, onEvent: progress.onEvent });
    progress.end();
    printOutcome(result, { simulated: kind === 'simulated' });
    if (kind === 'embedded') console.log(tinyModelNote);
    return result.metadata.completedTasks === result.metadata.totalTasks;
  } catch (error) {
    progress.end();
    const { code, message } = /** @type {Error & { code?: string }} */ (error);
    console.error(`\nThe run failed: ${message}${code ? ` (${code})` : ''}`);
    return false;
  }
}
