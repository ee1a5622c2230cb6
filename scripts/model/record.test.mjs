// @ts-check
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { parallelProcess, voting } from 'parallelization-agent';
import { sampleFetch } from '../../www/src/simulated/endpoint.js';
import { examples, record } from './record.mjs';
import { startSimulated } from './simulated.mjs';

/** @type {import('../model.mjs').Model} */
let model;
before(async () => {
  model = await startSimulated({ pace: 0.1 });
});
after(() => model.stop());

test('there is an example of each pattern, and none of a thousand tasks', () => {
  const wanted = examples();
  assert.equal(new Set(wanted.map(({ label }) => label)).size, 12);
  assert.ok(wanted.length > 12);
});

test('what was recorded is played to those who ask the same, with its pace, and whole', async () => {
  const wanted = examples().filter(({ label }) => ['Tools', 'Vote'].includes(label));
  const recording = await record(model, wanted, () => {});
  assert.ok(recording.answers.length >= 8, `${recording.answers.length}`);
  assert.ok(recording.answers.some(({ tools }) => tools));
  const server = { baseURL: 'https://simulated.invalid/v1', model: 'simulated', apiKey: 'x', stream: true };
  const [trip] = wanted.filter(({ label }) => label === 'Tools');
  const began = performance.now();
  const again = await parallelProcess(.../** @type {[any, any]} */ (trip.args), {
    ...server,
    ...trip.options,
    fetch: sampleFetch(recording),
  });
  const texts = recording.answers.map(({ pieces }) => pieces.map(([, text]) => text).join(''));
  for (const text of [again.summary, ...again.results.map(({ result }) => result)])
    assert.ok(texts.includes(String(text)), `${text} was recorded`);
  const said = recording.answers.filter(({ pieces }) => pieces.some(([, text]) => text.includes('Lisbon')));
  assert.ok(said.length > 0);
  const least = Math.max(...said.map(({ pieces }) => pieces.reduce((sum, [gapMs]) => sum + gapMs, 0)));
  assert.ok(performance.now() - began >= least, 'it took as long as it had taken');

  // Each voter has a turn: five that say one thing and two that say another are so again.
  const answers = ['Yes', 'No', 'Yes'].map((answer, at) => ({
    ...recording.answers.find(({ pieces }) =>
      pieces
        .map(([, text]) => text)
        .join('')
        .includes('"answer"'),
    ),
    pieces: /** @type {[number, string][]} */ ([
      [at, JSON.stringify({ reasoning: 'r', answer, confidence: 1 })],
    ]),
  }));
  const [ballot] = wanted.filter(({ label }) => label === 'Vote');
  const { winner, votes } = await voting(/** @type {[any]} */ (ballot.args)[0], {
    ...server,
    ...ballot.options,
    voters: 3,
    fetch: sampleFetch({ ...recording, answers: /** @type {any} */ (answers) }),
  });
  assert.equal(winner, 'Yes');
  assert.equal(votes.filter(({ answer }) => answer === 'No').length, 1);
});
