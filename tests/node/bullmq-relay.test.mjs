// @ts-check
/**
 * The events of a run whose worker was lost, at whatever moment, and that another has begun anew.
 */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parallelProcess } from 'parallelization-agent';
import { Relay } from '../../pkg/bullmq/relay.js';
import { texts, verified } from './events.mjs';

const ids = { threadId: 'R', runId: 'R' };
const tool = { name: 'look', execute: async () => 'seen' };

/** A run with a tool, thoughts and texts in pieces. */
async function eventsOfRun() {
  const run = parallelProcess(
    'T',
    [
      { id: 'one', content: 'first' },
      { id: 'two', content: 'second', dependencies: ['one'] },
    ],
    {
      ...ids,
      stream: true,
      tools: [tool],
      async *complete({ messages, tools }) {
        if (tools && messages.at(-1)?.role === 'user') yield { toolCalls: [{ name: 'look', arguments: {} }] };
        else yield* [{ reasoning: 'hm, ' }, { reasoning: 'so' }, 'one ', 'two ', 'three'];
      },
    },
  );
  const events = [];
  for await (const event of run) events.push(event);
  return events;
}

test('nothing is told twice, and all that was begun is ended, wherever the first worker was lost', async () => {
  const events = await eventsOfRun();
  assert.ok(events.length > 40);
  const whole = texts(events);
  for (let lostAt = 0; lostAt <= events.length; lostAt += 1) {
    const relay = new Relay(ids, { status: 'starting', runningTasks: 0 });
    /** @type {any[]} */
    const told = [];
    const emit = (/** @type {any} */ event) => told.push(event);
    relay.listen(emit, emit);
    relay.take({ attempt: 'one', events: events.slice(0, lostAt) });
    relay.take({ attempt: 'two', events });
    relay.end({ type: 'RUN_FINISHED', outcome: { type: 'success' } });
    const { state } = await verified(told);
    assert.deepEqual(texts(told), whole);
    assert.deepEqual([state.status, state.completedTasks], ['complete', 2]);
    /** @type {any[]} */
    const late = [];
    relay.listen((event) => void late.push(event), emit);
    assert.deepEqual(late, told);
  }
});

test('what a lost worker left open is closed, where the run ends without another', async () => {
  const events = await eventsOfRun();
  for (let lostAt = 0; lostAt <= events.length; lostAt += 1) {
    for (const type of ['success', 'cancelled']) {
      const relay = new Relay(ids, { status: 'starting', runningTasks: 0 });
      /** @type {any[]} */
      const told = [];
      relay.listen(
        (event) => void told.push(event),
        (event) => void told.push(event),
      );
      relay.take({ attempt: 'one', events: events.slice(0, lostAt) });
      relay.end({ type: 'RUN_FINISHED', outcome: { type } });
      await verified(told);
    }
  }
});
