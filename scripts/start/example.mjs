// @ts-check
/** The example, run with live progress on the given model. */

import { analyze, subtasks, task } from '../../examples/research-paper/analyze.mjs';
import { limits, tinyModelNote } from './limits.mjs';
import { printOutcome } from './outcome.mjs';
import { watchProgress } from './progress.mjs';

/**
 * @param {import('../model.mjs').Model} model
 * @returns {Promise<boolean>} whether every subtask completed
 */
export async function runExample({ kind, baseURL, apiKey, model }) {
  console.log(`\n${task}: ${subtasks.map(({ id }) => id).join(', ')}\n`);
  const progress = watchProgress();
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
