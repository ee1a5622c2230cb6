// @ts-check
/** The package, with somebody who listens to each of its runs and checks what AG-UI asks of any. */

import { verifyEvents } from '@ag-ui/client';
import { EventSchemas } from '@ag-ui/core/schemas';
import jsonPatch from 'fast-json-patch';
import * as api from 'parallelization-agent';
import { Subject } from 'rxjs';

export * from 'parallelization-agent';

/** @type {unknown[]} */
const complaints = [];
process.on('exit', () => {
  if (complaints.length === 0) return;
  console.error('Events that AG-UI does not accept:', ...complaints.slice(0, 3));
  process.exitCode = 1;
});

/** @param {AsyncIterable<any>} run */
async function hear(run) {
  const official = new Subject();
  official.pipe(verifyEvents()).subscribe({ error: (error) => complaints.push(error) });
  const documents = { STATE: /** @type {any} */ (null), ACTIVITY: /** @type {any} */ (null) };
  let last;
  try {
    for await (const event of run) {
      last = event;
      EventSchemas.parse(event);
      official.next(event);
      apply(documents, structuredClone(event));
    }
    checkEnd(last, documents);
  } catch (error) {
    complaints.push(error, last);
  }
}

/** @param {Record<string, any>} documents @param {any} event */
function apply(documents, { type, snapshot, content, delta, patch }) {
  if (type === 'STATE_SNAPSHOT') documents.STATE = snapshot;
  if (type === 'ACTIVITY_SNAPSHOT') documents.ACTIVITY = content;
  if (type === 'STATE_DELTA') jsonPatch.applyPatch(documents.STATE, delta, true);
  if (type === 'ACTIVITY_DELTA') jsonPatch.applyPatch(documents.ACTIVITY, patch, true);
}

/**
 * The documents end as the result says.
 * @param {any} last
 * @param {Record<string, any>} documents
 */
function checkEnd(last, { STATE, ACTIVITY }) {
  if (last?.type === 'RUN_ERROR') return;
  if (last?.type !== 'RUN_FINISHED') throw new Error('The run has no last event.');
  if (!last.result) return;
  const { results, metadata } = last.result;
  const told = [STATE.completedTasks, STATE.totalTokens, STATE.runningTasks, ACTIVITY.results.length];
  const true_ = [metadata.completedTasks, metadata.totalTokens, 0, Object.values(results).length];
  if (`${told}` !== `${true_}`) throw new Error(`The state ends at ${told} and not at ${true_}.`);
  for (const [index, { status }] of Object.values(results).entries()) {
    if (Array.isArray(results) && ACTIVITY.results[index].status !== status)
      throw new Error('A row is wrong.');
  }
}

/**
 * @template {(...args: any[]) => any} F
 * @param {F} start
 * @returns {F}
 */
function heard(start) {
  return /** @type {F} */ (
    function (/** @type {any[]} */ ...args) {
      // @ts-expect-error: a method of an agent is called on it.
      const run = start.apply(this, args);
      void hear(run);
      return run;
    }
  );
}

export const parallelProcess = heard(api.parallelProcess);
export const sectioning = heard(api.sectioning);
export const voting = heard(api.voting);
export const mapReduce = heard(api.mapReduce);
export const batch = heard(api.batch);
export const perspectives = heard(api.perspectives);
export const bestOf = heard(api.bestOf);
export const evaluate = heard(api.evaluate);
export const clones = heard(api.clones);
export const guarded = heard(api.guarded);
export const run = heard(api.run);

export class ParallelAgent extends api.ParallelAgent {}
const methods = /** @type {any} */ (api.ParallelAgent.prototype);
for (const name of Object.getOwnPropertyNames(methods).filter((name) => name !== 'constructor')) {
  Object.defineProperty(ParallelAgent.prototype, name, { value: heard(methods[name]) });
}
