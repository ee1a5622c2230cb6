// @ts-check
/**
 * What the page says of the same work by `Promise.all` and one by one, against what it takes a
 * program that does just that, with the same model.
 */

import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { EventReader } from '../../www/src/run/events.js';
import { doneOneByOne, firstFailure, oneByOneMs } from '../../www/src/run/otherwise.js';
import { RunRecord } from '../../www/src/run/record.js';
import { installVirtualTime, timed } from './world/virtual-time.mjs';

/** @type {typeof import('parallelization-agent')} */
let api;
before(async () => {
  api = await import('parallelization-agent');
  // The core is loaded by real time.
  await api.batch(['x'], { complete: () => 'y' });
  installVirtualTime();
});

const inputs = Array.from({ length: 24 }, (_, index) => `Question ${index}`);

/**
 * A model that takes as long for a prompt whenever it is asked, by the seed, and refuses more than
 * `most` requests at once.
 * @param {number} seed
 * @param {number} most
 */
function modelOf(seed, most) {
  let open = 0;
  return async (/** @type {unknown} */ _, /** @type {RequestInit} */ { body, signal }) => {
    const prompt = String(JSON.parse(String(body)).messages.at(-1).content);
    const number = Number(/\d+/.exec(prompt)?.[0]);
    if (open >= most) {
      await wait(30);
      return Response.json({ error: { message: 'Too many.' } }, { status: 429 });
    }
    open += 1;
    await wait(200 + ((number * 7919 + seed * 104_729) % 1301));
    open -= 1;
    signal?.throwIfAborted();
    return Response.json({
      choices: [{ index: 0, message: { role: 'assistant', content: 'So it is.' }, finish_reason: 'stop' }],
    });
  };
}

/** @param {number} ms */
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * As a program without the package asks.
 * @param {ReturnType<typeof modelOf>} model
 * @param {string} content
 */
async function ask(model, content) {
  const body = JSON.stringify({ messages: [{ role: 'user', content }] });
  const response = await model('', { body });
  if (!response.ok) throw new Error(String(response.status));
  return (await response.json()).choices[0].message.content;
}

/**
 * As the page runs it, and reads it.
 * @param {ReturnType<typeof modelOf>} fetch
 */
async function run(fetch) {
  const record = new RunRecord(Date.now);
  const reader = new EventReader(record);
  const { ms, error } = await timed(
    api.batch(inputs, {
      fetch: /** @type {any} */ (fetch),
      baseURL: 'https://simulated.invalid/v1',
      model: 'simulated',
      maxRetries: 20,
      onEvent: (event) => reader.read([event]),
    }),
  );
  assert.equal(error, undefined);
  assert.ok(Math.abs(record.elapsed - ms) < 20, `${record.elapsed} ms of ${ms}`);
  return record;
}

/** @param {number} one @param {number} other @param {string} what */
function assertNear(one, other, what) {
  console.log(`${what}: the page says ${Math.round(one)}, it is ${Math.round(other)}`);
  assert.ok(Math.abs(one / other - 1) < 0.03, `${what}: ${one} for ${other}`);
}

for (const seed of [1, 2, 3]) {
  test(`a server with room: one by one takes as long as the page says, seed ${seed}`, async () => {
    const record = await run(modelOf(seed, Number.POSITIVE_INFINITY));
    const single = await timed(
      (async () => {
        for (const input of inputs) await ask(modelOf(seed, 1), input);
      })(),
    );
    const all = await timed(Promise.all(inputs.map((input) => ask(modelOf(seed, 100), input))));
    assertNear(oneByOneMs(record), single.ms, 'ms one by one');
    assertNear(oneByOneMs(record) / record.elapsed, single.ms / record.elapsed, 'times faster');
    assert.equal(firstFailure(record), null);
    assert.equal(all.error, undefined, 'and Promise.all comes through as well');
    assert.ok(record.elapsed >= all.ms, 'which nothing is quicker than');
  });

  test(`a server with a limit: Promise.all ends where the page says, seed ${seed}`, async () => {
    const model = modelOf(seed, 5);
    const record = await run(modelOf(seed, 5));
    const all = await timed(Promise.all(inputs.map((input) => ask(model, input))));
    const failure = firstFailure(record);
    assert.equal(failure?.reason, all.error?.message);
    assertNear(failure?.at ?? 0, all.ms, 'ms until Promise.all is lost');
    assert.equal(record.done, inputs.length, 'while the run comes through');
    const lone = modelOf(seed, 1);
    const single = await timed(
      (async () => {
        for (const input of inputs) await ask(lone, input);
      })(),
    );
    assertNear(oneByOneMs(record), single.ms, 'ms one by one');
    // How far that is when the run ends.
    const few = await timed(
      (async () => {
        const until = Date.now() + record.elapsed;
        let done = 0;
        for (const input of inputs) {
          await ask(lone, input);
          if (Date.now() > until) break;
          done += 1;
        }
        return done;
      })(),
    );
    assert.ok(Math.abs(doneOneByOne(record) - Number(few.result)) <= 1, `${few.result}`);
  });
}
