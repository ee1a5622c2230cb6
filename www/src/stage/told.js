// @ts-check
/** What a run tells beside its tasks' states, in words. */

import { count, duration } from '../format.js';

/** @typedef {import('../run/record.js').Note} Note */

/**
 * About one task, whose name stands before the sentence or is known.
 * @type {Record<string, (value: any) => string>}
 */
const ofTask = {
  retry: ({ attempt, code, status, waitMs }) =>
    `try ${attempt} failed (${status ? `${code}, ${status}` : code}), waits ${duration(waitMs)}`,
  hedge: ({ model }) => `is slow, and is asked a second time beside, of ${model}`,
  budget: ({ status, tokens }) =>
    status === 'held'
      ? `waits for room in the budget, for ${count(Math.round(tokens))} tokens`
      : 'is refused: the budget has no room for it',
  deployment: ({ code, model, host }) => `leaves ${host ? `${model} at ${host}` : model} after ${code}`,
  fallback: ({ model, code }) => `goes on with ${model}, after ${code}`,
  unsupported: ({ model, field, instead }) =>
    `${model} takes no ${field}: sent instead is ${instead || 'nothing'}`,
  journal: ({ status, message }) => `its answer and the store: ${status}${message ? `, ${message}` : ''}`,
};

/** Of the run. @type {Record<string, (value: any) => string>} */
const ofRun = {
  rateLimit: ({ model, pauseMs }) => `the limit of ${model} is reached: its calls wait ${duration(pauseMs)}`,
  limiter: ({ status, model, message }) =>
    `the shared limiter is ${status} (${message}): own limits hold ${model}`,
};

/** @param {Note} note */
export function inWords({ name, value }) {
  return (ofTask[name] ?? ofRun[name])?.(value) ?? plainly(name, value);
}

/** The same with the task's name. @param {Note} note */
export function inWordsOfRun(note) {
  const { taskId } = note.value ?? {};
  return taskId !== undefined && note.name in ofTask ? `${taskId} ${inWords(note)}` : inWords(note);
}

/**
 * Of another version of the package, perhaps, whose run was opened.
 * @param {string} name
 * @param {any} value
 */
function plainly(name, value) {
  return [name, ...Object.entries(value ?? {}).map(([key, part]) => `${key} ${part}`)].join(', ');
}
