// @ts-check
/** What a call of the run's own, such as a summary, puts together: its events do not say, so it is inferred. */

/** @typedef {import('./task.js').Task} Task */

/**
 * A call named "reduce a to b" takes what stands from a to b; any other, all. In each case what nothing else has taken.
 * @param {string} name
 * @param {Task[]} tasks  that were there before
 * @returns {string[]}
 */
export function needsOf(name, tasks) {
  const free = tasks.filter(({ isOver, dependents }) => isOver && dependents.length === 0);
  const ends = /^reduce (.+?)(?: to (.+))?$/.exec(name);
  const first = ends && tasks.findIndex(({ id }) => id === ends[1]);
  const last = ends && tasks.findIndex(({ id }) => id === (ends[2] ?? ends[1]));
  if (first === null || last === null || first < 0 || last < 0) return free.map(({ id }) => id);
  return free.filter((task) => reach(task, first, last)).map(({ id }) => id);
}

/**
 * Whether all that the task stands for lies between the two.
 * @param {Task} task
 * @param {number} first
 * @param {number} last
 */
function reach({ covers: [from, to] }, first, last) {
  return from >= first && to <= last;
}
