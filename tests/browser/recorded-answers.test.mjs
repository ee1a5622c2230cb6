// @ts-check
/** The answers that the page plays are to the prompts of its examples. By its own clock. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { before, describe, test } from 'node:test';
import { examples } from '../../scripts/model/record.mjs';
import { withFaults } from '../../www/src/settings/faults.js';
import { sampleFetch } from '../../www/src/simulated/endpoint.js';
import { keyOf } from '../../www/src/simulated/recorded.js';
import { workedOut } from '../../www/src/simulated/worked-out.js';
import { installVirtualTime, timed } from './world/virtual-time.mjs';

const file = new URL('../../www/src/simulated/recorded.json', import.meta.url);
const text = readFileSync(file, 'utf8');
/** @type {import('../../www/src/simulated/recorded.js').Recording} */
const recording = JSON.parse(text);
const keys = new Set(recording.answers.map(({ key }) => key));
const remedy = 'Record the answers anew: node scripts/model/record.mjs (CONTRIBUTING.md says how).';
/** @type {Set<string>} */
const asked = new Set();

/** @type {Record<string, any>} */
let api;
before(async () => {
  api = await import('parallelization-agent');
  await api.batch(['x'], { complete: () => 'y' });
  installVirtualTime();
});

/**
 * @param {ReturnType<typeof examples>[number]} example
 * @param {(send: any) => any} [between]
 */
async function play({ name, args, options, label }, between = (send) => send) {
  const send = sampleFetch(recording);
  const fetch = between(async (/** @type {string} */ url, /** @type {RequestInit} */ init) => {
    const chat = await new Response(init.body).json();
    const key = keyOf(chat);
    asked.add(key);
    const isKnown = keys.has(key) || workedOut(chat) !== null;
    assert.ok(isKnown, `${label} asks what nobody has recorded: ${chat.messages.at(-1).content}\n${remedy}`);
    return send(url, init);
  });
  const server = { baseURL: 'https://simulated.invalid/v1', model: 'simulated', stream: true, maxRetries: 6 };
  const { result, error } = await timed(api[name](...args, { ...server, ...options, fetch }));
  assert.equal(error, undefined);
  const failed = result.results.filter((/** @type {any} */ { status }) => status === 'failed');
  assert.deepEqual(failed, []);
  return result;
}

describe('each prompt of an example was answered by the model', () => {
  for (const [index, example] of examples().entries()) {
    test(`${index + 1}: ${example.label}`, async () => {
      const { ms } = await timed(play(example));
      assert.ok(ms > 500, `it takes as long as a model would: ${ms} ms`);
    });
    // A thousand have a test of their own.
    if (example.label === 'Subtasks' && index > 0) continue;
    test(`${index + 1}: ${example.label}, among failures`, () => play(example, withFaults));
  }

  test('and no answer is there that no example asks for', () => {
    const unasked = [...keys].filter((key) => !asked.has(key));
    assert.deepEqual(unasked, [], remedy);
  });
});

test('a vote has a winner, whatever finds it', async () => {
  const votes = examples().filter(({ label, options }) => label === 'Vote' && options.voters === 7);
  for (const example of votes) {
    const { select } = example.options;
    const { winner, reason, totals } = await play(example);
    assert.match(winner, /^(Yes|It depends)$/, select);
    assert.equal(typeof reason === 'string', select === 'judge');
    assert.equal(totals?.length, select === 'rubric' ? 7 : undefined);
  }
});

test('voters differ, candidates differ, and a guard trips where it should', async () => {
  const [split, plain] = ['A split vote', 'Vote'].map((_, at) =>
    examples()
      .filter(({ label }) => label === 'Vote')
      .at(1 - at),
  );
  for (const example of [split, plain]) {
    const { votes } = await play(/** @type {any} */ (example));
    assert.ok(new Set(votes.map((/** @type {any} */ { answer }) => answer)).size > 1);
  }
  const [best] = examples().filter(({ label }) => label === 'Best of N');
  const first = await play(best);
  assert.equal(new Set(first.results.map((/** @type {any} */ { result }) => result)).size, 5);
  // The judge sees them in an order that chance makes, and means the same one.
  for (let times = 0; times < 5; times += 1) assert.equal((await play(best)).winner, first.winner);
  const [passes, trips] = examples().filter(({ label }) => label === 'Guards');
  assert.ok(!(await play(passes)).blocked);
  const { blocked, verdicts } = await play(trips);
  assert.ok(blocked);
  assert.deepEqual(
    verdicts.filter((/** @type {any} */ { tripped }) => tripped).map((/** @type {any} */ { guard }) => guard),
    ['secrets'],
  );
});

test('the recording says whose it is, whether its pace is, and is no burden to the page', () => {
  assert.match(recording.model, /\w/);
  assert.match(recording.on, /^\d{4}-\d\d-\d\d$/);
  assert.equal(
    recording.pace === 'its own',
    recording.answers.every(({ pieces }) => pieces),
  );
  assert.ok(text.length <= 60_000, `${text.length} bytes`);
});
