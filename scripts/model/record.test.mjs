// @ts-check
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { bestOf, parallelProcess, voting } from 'parallelization-agent';
import { after, respond, startModelServer } from '../../tests/node/model-server.mjs';
import { sampleFetch } from '../../www/src/simulated/endpoint.js';
import { examples, record, recordAll, wishesIn } from './record.mjs';

const server = { baseURL: 'https://simulated.invalid/v1', model: 'simulated', apiKey: 'x', stream: true };
const gapMs = 40;
const lines = ['A warm line.', 'A better line.', 'A long and tired line.', 'A dull line.', 'A poor line.'];

/**
 * A model that calls a tool, votes, scores, lets through, writes lines and has a favourite.
 * @param {import('node:test').TestContext} t
 * @param {number} [pauseMs]  before each piece of an answer
 */
async function startModel(t, pauseMs = gapMs) {
  let voters = 0;
  let candidates = 0;
  const { baseURL, requests } = await startModelServer(t, async ({ body, content, index }, response) => {
    // A record stands a refusal.
    if (index === 0) return respond(response, 429, {}, { 'retry-after-ms': '1' });
    const send = (/** @type {object} */ delta, /** @type {string | null} */ finish_reason = null) =>
      response.write(`data: ${JSON.stringify({ choices: [{ index: 0, delta, finish_reason }] })}\n\n`);
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    if (body.tools && body.messages.every((/** @type {any} */ { role }) => role !== 'tool')) {
      const called = { name: 'weather', arguments: '{"city":"Porto"}' };
      send({ tool_calls: [{ index: 0, id: 'a', type: 'function', function: called }] });
      send({}, 'tool_calls');
    } else {
      for (const piece of wordsFor(content).split(/(?<= )/)) {
        await after(pauseMs);
        send({ content: piece });
      }
      send({}, 'stop');
    }
    response.end('data: [DONE]\n\n');
  });

  /** @param {string} prompt */
  function wordsFor(prompt) {
    if (prompt.includes('"answer"'))
      return JSON.stringify({ reasoning: 'r', answer: voters++ < 5 ? 'Yes' : 'No', confidence: 1 });
    if (prompt.includes('"score"')) return JSON.stringify({ reasoning: 'r', score: 7 });
    if (prompt.includes('"tripped"')) return JSON.stringify({ reason: 'r', tripped: false });
    if (prompt.includes('"keyPoints"')) return JSON.stringify({ summary: 'So it is.', keyPoints: [] });
    if (!prompt.includes('"choice"'))
      return prompt.includes('bakery') ? lines[candidates++ % lines.length] : 'So it is.';
    const shown = [...prompt.matchAll(/candidate (\d)\n(.*)\n/g)];
    const [, choice] = shown.find(([, , line]) => line === lines[1]) ?? [];
    return JSON.stringify({ reason: `candidate ${choice} is warm and short`, choice: Number(choice) });
  }
  /** @type {import('../model.mjs').Model} */
  const model = { kind: 'configured', name: 'm', baseURL, model: 'm', apiKey: 'x', stop: async () => {} };
  return { model, requests };
}

/** @param {string} label */
const example = (label) => examples().filter((each) => each.label === label);

test('there is an example of each pattern, of each suggestion, and of what is one click away', () => {
  assert.equal(new Set(examples().map(({ label }) => label)).size, 12);
  const [first, ...others] = example('Vote').map(({ options: { voters, select } }) => `${voters} ${select}`);
  const near = ['6 consensus', '8 consensus', '7 weighted', '7 judge', '7 rubric'];
  assert.equal(first, '7 consensus');
  assert.deepEqual(others, ['7 consensus', ...near, ...near]);
  assert.deepEqual(
    example('Map-reduce').map(({ options }) => options.fanIn),
    [3, 2, 4],
  );
  assert.equal(examples().length, 12 + 4 + 2 * near.length + 2 + 2);
});

test('what was recorded is played to those who ask the same, with its pace, and whole', async (t) => {
  const { model } = await startModel(t);
  const [trip] = example('Tools');
  const recording = await record(model, [trip], () => {});
  assert.equal(recording.pace, 'its own');
  assert.ok(recording.answers.some(({ tools }) => tools?.[0].name === 'weather'));
  const began = performance.now();
  const again = await parallelProcess(.../** @type {[any, any]} */ (trip.args), {
    ...server,
    ...trip.options,
    fetch: sampleFetch(recording),
  });
  assert.deepEqual(
    again.results.map(({ result, steps }) => [result, steps?.[0]?.toolCalls?.[0]?.name]),
    [
      ['So it is.', 'weather'],
      ['So it is.', 'weather'],
    ],
  );
  // Two answers of three pieces, one after the other.
  assert.ok(performance.now() - began >= 2 * 3 * gapMs * 0.9, 'it took as long as it had taken');
});

test('each voter has a turn, those too whose votes were no longer needed', async (t) => {
  const { model, requests } = await startModel(t);
  const [ballot] = example('Vote');
  const recording = await record(model, [ballot, ballot], () => {}, 'typical');
  assert.equal(requests.length, 8, 'seven and the refused one: what was asked is not asked again');
  assert.ok(recording.answers.every(({ pieces }) => !pieces));
  const votes = recording.answers.map(({ text }) => JSON.parse(text).answer).sort();
  assert.deepEqual(votes, ['No', 'No', 'Yes', 'Yes', 'Yes', 'Yes', 'Yes']);
  const played = await voting(/** @type {[any]} */ (ballot.args)[0], {
    ...server,
    ...ballot.options,
    fetch: sampleFetch(recording),
  });
  assert.equal(played.winner, 'Yes');
});

test('a judge means the same candidate, in whatever order they are shown', async (t) => {
  const { model } = await startModel(t);
  const [contest] = example('Best of N');
  const recording = await record(model, [contest], () => {}, 'typical');
  const plays = Array.from({ length: 8 }, async () => {
    const { winner, reason } = await bestOf(.../** @type {[any, any]} */ (contest.args), {
      ...server,
      ...contest.options,
      fetch: sampleFetch(recording),
    });
    assert.equal(winner, lines[1]);
    return reason;
  });
  const reasons = new Set(await Promise.all(plays));
  assert.ok(reasons.size > 1, 'and calls it by the number that it has there');
});

test('the command asks all that the examples ask, and writes it down without paces', async (t) => {
  const { model } = await startModel(t, 0);
  const environment = { OPENAI_BASE_URL: model.baseURL, OPENAI_API_KEY: 'x', OPENAI_MODEL: 'm' };
  const folder = mkdtempSync(join(tmpdir(), 'recording-'));
  const before = { ...process.env };
  t.after(() => {
    process.env = before;
    rmSync(folder, { recursive: true });
  });
  Object.assign(process.env, environment);
  const file = join(folder, 'recorded.json');
  /** @type {string[]} */
  const told = [];
  await recordAll(wishesIn(['--typical-pace', file]), (line) => told.push(line));
  const outcomes = told.slice(1, -1);
  assert.equal(outcomes.length, examples().length);
  assert.deepEqual(
    outcomes.filter((line) => !line.endsWith(': done')),
    [],
  );
  const recording = JSON.parse(readFileSync(file, 'utf8'));
  assert.deepEqual([recording.model, recording.pace], ['m', 'typical']);
  assert.ok(recording.answers.every((/** @type {any} */ { pieces }) => pieces === undefined));
  assert.ok(told.at(-1)?.startsWith(`${recording.answers.length} answers are in `), told.at(-1));
});

test('without a wish of its own, the command keeps paces, where the page finds them', () => {
  const { pace, file } = wishesIn([]);
  assert.equal(pace, 'its own');
  assert.match(file, /simulated.recorded\.json$/);
  assert.throws(() => wishesIn(['--typical-paces']), /typical-paces/);
});
