// @ts-check
/**
 * What the same calls would have come to without the package: all at once by `Promise.all`, which
 * ends with the first failure, and one by one. Nothing is sent for it: both are worked out from the
 * times of this run.
 */

/** @typedef {import('./record.js').RunRecord} RunRecord */

/**
 * How long each call took whose answer was needed, in the order of the tasks. The last try counts:
 * who asks one by one is refused by no limit.
 * @param {RunRecord} record
 */
function callsOf({ tasks, elapsed }) {
  return tasks.flatMap(({ status, spans }) => {
    const last = spans.findLast(({ kind }) => kind === 'running');
    const isNeeded = status === 'completed' || status === 'running';
    return last && isNeeded ? { ms: (last.to ?? elapsed) - last.from, isDone: last.to !== null } : [];
  });
}

/**
 * How long the calls so far take one by one, in milliseconds.
 * @param {RunRecord} record
 */
export function oneByOneMs(record) {
  return callsOf(record).reduce((sum, { ms }) => sum + ms, 0);
}

/**
 * How many answers would be there by now, if each call began when the one before had ended.
 * @param {RunRecord} record
 */
export function doneOneByOne(record) {
  let at = 0;
  return callsOf(record).filter(({ ms, isDone }) => {
    at += ms;
    return isDone && at <= record.elapsed;
  }).length;
}

/**
 * What `Promise.all` would have rejected with, and when.
 * @param {RunRecord} record
 */
export function firstFailure({ tasks }) {
  let first = null;
  for (const { notes, status, endedAt, error } of tasks) {
    const retry = notes.find(({ name }) => name === 'retry');
    const failed =
      status === 'failed' && endedAt !== null ? { at: endedAt, reason: error?.code ?? '' } : null;
    const own = retry ? { at: retry.at, reason: String(retry.value.status ?? retry.value.code) } : failed;
    if (own && (!first || own.at < first.at)) first = own;
  }
  return first;
}
