// @ts-check
/** What a run came to, in print. */

/**
 * @param {import('parallelization-agent').ProcessResult} result
 * @param {{ simulated: boolean }} options
 */
export function printOutcome({ results, summary, metadata }, { simulated }) {
  const mark = simulated ? ' (simulated)' : '';
  for (const { taskId, status, result, error } of results) {
    const text = result ?? `${status}: ${error?.message ?? 'no reason given'}`;
    console.log(`\n${taskId}${mark}\n${indent(text)}`);
  }
  console.log(`\nSummary${mark}\n${indent(summary ?? 'none')}`);

  const { totalTasks, completedTasks, totalTokens, processingTimeMs, sequentialTimeMs, maxConcurrency } =
    metadata;
  const took = `${seconds(processingTimeMs)} (one after the other: ${seconds(sequentialTimeMs)})`;
  console.log(
    `\n${completedTasks} of ${totalTasks} tasks completed in ${took}, at most ${maxConcurrency} at once, ` +
      `${totalTokens} tokens`,
  );
}

/** @param {string} text */
function indent(text) {
  return text.trim().replace(/^/gm, '  ');
}

/** @param {number} milliseconds */
function seconds(milliseconds) {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}
