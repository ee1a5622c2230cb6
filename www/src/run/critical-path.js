// @ts-check
/**
 * The chain of tasks that decided how long the run took: from the last to end, back along what it
 * waited for last.
 */

/**
 * @param {import('./record.js').RunRecord} record
 * @returns {Set<import('./task.js').Task>}
 */
export function criticalPath({ tasks, byId }) {
  const chain = new Set();
  let task = latest(tasks.filter(isCompleted));
  while (task && !chain.has(task)) {
    chain.add(task);
    const before = task.dependencies.flatMap((id) => byId.get(id) ?? []).filter(isCompleted);
    task = latest(before);
  }
  return chain;
}

/** @param {import('./task.js').Task[]} tasks */
function latest(tasks) {
  return tasks.reduce(
    (/** @type {import('./task.js').Task | undefined} */ last, task) =>
      (task.endedAt ?? 0) > (last?.endedAt ?? -1) ? task : last,
    undefined,
  );
}

/** @param {import('./task.js').Task} task */
function isCompleted({ status }) {
  return status === 'completed';
}
