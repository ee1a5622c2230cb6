// @ts-check
/** What the events of a run come to. */

import { verifyEvents } from '@ag-ui/client';
import { EventSchemas } from '@ag-ui/core/schemas';
import jsonPatch from 'fast-json-patch';
import { from, lastValueFrom } from 'rxjs';

/** @returns {{ events: any[], onEvent: (event: any) => void }} */
export function gather() {
  /** @type {any[]} */
  const events = [];
  return { events, onEvent: (event) => void events.push(event) };
}

/** @param {AsyncIterable<any>} run */
export async function all(run) {
  const events = [];
  for await (const event of run) events.push(event);
  return events;
}

/** Checks what AG-UI asks of any run, and gives what its patches come to. @param {any[]} events */
export async function verified(events) {
  for (const event of events) EventSchemas.parse(event);
  await lastValueFrom(from(events).pipe(verifyEvents()));
  let [activity, state] = /** @type {any[]} */ ([]);
  for (const event of events.map((event) => structuredClone(event))) {
    if (event.type === 'ACTIVITY_SNAPSHOT') activity = event.content;
    if (event.type === 'STATE_SNAPSHOT') state = event.snapshot;
    if (event.type === 'ACTIVITY_DELTA') jsonPatch.applyPatch(activity, event.patch, true);
    if (event.type === 'STATE_DELTA') jsonPatch.applyPatch(state, event.delta, true);
  }
  return { activity, state };
}

/** The text of each message, by the task that it belongs to. @param {any[]} events */
export function texts(events) {
  const names = new Map(
    events
      .filter(({ type }) => type === 'SUBAGENT_STARTED')
      .map((event) => [event.subagentRunId, event.name]),
  );
  /** @type {Record<string, string[]>} */
  const texts = {};
  for (const { type, subagentRunId, delta } of events) {
    const name = names.get(subagentRunId);
    if (type === 'TEXT_MESSAGE_START') texts[name] = [...(texts[name] ?? []), ''];
    if (type === 'TEXT_MESSAGE_CONTENT') texts[name].push(texts[name].pop() + delta);
  }
  return texts;
}
