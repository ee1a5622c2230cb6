// @ts-check
/**
 * Every pattern through the package, over real HTTP. What each must do in detail is tested in the
 * simulator.
 */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as patterns from 'parallelization-agent';
import { after, complete, respond, startModelServer } from './model-server.mjs';

/** All that a request says, in one string. @param {any} body */
const said = (body) => body.messages.map((/** @type {any} */ { content }) => content).join('\n');

/**
 * @param {import('node:test').TestContext} t
 * @param {(said: string, index: number) => string | Promise<string>} answer
 */
async function model(t, answer) {
  const server = await startModelServer(t, async ({ body, index }, response) =>
    complete(response, await answer(said(body), index)),
  );
  return { ...server, options: { baseURL: server.baseURL, model: 'm' } };
}

/** What is asked of a server that does not answer: it ends when the request is cut off. */
const never = new Promise(() => {});

test('voting stops when the lead cannot be overtaken, and says what that saved', async (t) => {
  const ballot = JSON.stringify({ answer: 'Yes', reasoning: 'because' });
  const { options, open, requests } = await model(t, async (_, index) => {
    if (index >= 3) await never;
    while (requests.length < 5) await after(1);
    return ballot;
  });
  const result = await patterns.voting('Is it so?', { ...options, voters: 5 });
  assert.equal(result.winner, 'Yes');
  assert.deepEqual([result.callsSaved, result.agreement], [2, 1]);
  assert.deepEqual(
    result.tally.map(({ answer, votes }) => [answer, votes]),
    [['Yes', 3]],
  );
  while (open.cut < 2) await after(1);
});

test('a function of the caller can choose the winner', async (t) => {
  const { options } = await model(t, (_, index) =>
    JSON.stringify({ answer: `answer ${index}`, reasoning: '' }),
  );
  const { winner } = await patterns.voting('Which?', {
    ...options,
    voters: 3,
    select: async (votes) => {
      await after(5);
      return votes.findIndex(({ answer }) => answer === 'answer 1');
    },
  });
  assert.equal(winner, 'answer 1');
});

test('sectioning writes each section, in order, with a synthesis', async (t) => {
  const { options } = await model(t, (text) =>
    text.includes('keyPoints') || text.includes('key points')
      ? JSON.stringify({ summary: 'in short', keyPoints: ['one', 'two'] })
      : 'a section',
  );
  const { sections, summary, keyPoints } = await patterns.sectioning('Ethics', ['Privacy', 'Bias'], options);
  assert.deepEqual(
    sections.map(({ title }) => title),
    ['Privacy', 'Bias'],
  );
  assert.deepEqual([summary, keyPoints], ['in short', ['one', 'two']]);
  const given = await patterns.sectioning('Ethics: Privacy, Bias, Openness', options);
  assert.equal(given.sections.length, 3);
});

test('map-reduce reads fifty documents and reduces them in a tree', async (t) => {
  const { options } = await model(t, () => 'themes');
  const documents = Array.from({ length: 50 }, (_, index) => ({
    id: `doc${index}`,
    content: `text ${index}`,
  }));
  const { summary, levels, results } = await patterns.mapReduce(documents, { ...options, fanIn: 8 });
  assert.equal(summary, 'themes');
  assert.equal(levels, 2);
  assert.deepEqual(
    results.map(({ taskId }) => taskId),
    documents.map(({ id }) => id),
  );
});

test('perspectives, best of n, evaluate and clones', async (t) => {
  const { options, requests } = await model(t, (text) => {
    if (/score/i.test(text)) return JSON.stringify({ score: 8, reason: 'good' });
    if (/pick|choose|best/i.test(text))
      return JSON.stringify({ winner: 2, choice: 2, pick: 2, reason: 'it is better' });
    return 'an answer';
  });
  const views = await patterns.perspectives(
    'a plan',
    { cost: 'You count.', safety: 'You look for holes.' },
    options,
  );
  assert.deepEqual(
    views.results.map(({ taskId }) => taskId),
    ['cost', 'safety'],
  );
  const marks = await patterns.evaluate('an essay', ['clarity', { name: 'depth', weight: 2 }], options);
  assert.deepEqual([marks.scores, marks.total], [{ clarity: 8, depth: 8 }, 8]);
  requests.length = 0;
  const copies = await patterns.clones({ de: 'SECRET-DE', fr: 'SECRET-FR' }, 'translate', options);
  assert.deepEqual(copies.merged, { de: 'an answer', fr: 'an answer' });
  for (const { body } of requests)
    assert.ok(!(said(body).includes('SECRET-DE') && said(body).includes('SECRET-FR')));
  const best = await patterns.bestOf('a haiku', 3, options);
  assert.equal(best.results.length, 3);
});

test('a guard that trips ends the answer on the wire', async (t) => {
  const { options, open, requests } = await model(t, async (text) => {
    if (!text.includes('personal data')) await never;
    while (requests.length < 2) await after(1);
    return JSON.stringify({ tripped: true, trip: true, reason: 'a name' });
  });
  const { answer, blocked } = await patterns.guarded(
    'Who is Ann?',
    { privacy: 'Trip on personal data.' },
    options,
  );
  assert.equal(answer, null);
  assert.equal(blocked?.guard, 'privacy');
  while (open.cut < 1) await after(1);
});

test('the tool calls of one message run at the same time, and their results go back to the model', async (t) => {
  const server = await startModelServer(t, ({ body, index }, response) => {
    if (index > 0) return complete(response, `told: ${said(body)}`);
    const call = (/** @type {string} */ id, /** @type {string} */ args) => ({
      id,
      type: 'function',
      function: { name: 'weather', arguments: args },
    });
    const tool_calls = [call('1', '{"city":"Oslo"}'), call('2', '{"city":"Rome"}'), call('3', '{}')];
    respond(response, 200, {
      choices: [{ message: { content: null, tool_calls }, finish_reason: 'tool_calls' }],
    });
  });
  let atOnce = 0;
  let most = 0;
  const weather = {
    name: 'weather',
    description: 'The weather in a city.',
    parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
    execute: async (/** @type {{ city: string }} */ { city }) => {
      atOnce += 1;
      most = Math.max(most, atOnce);
      await after(20);
      atOnce -= 1;
      return { city, sky: 'clear' };
    },
  };
  const subtasks = [{ id: 'a', content: 'How is the weather?' }];
  const options = { baseURL: server.baseURL, tools: [weather], aggregate: false };
  const { results } = await patterns.parallelProcess('t', subtasks, options);
  assert.equal(most, 2, 'the call without a city did not run');
  assert.match(results[0].result ?? '', /"Oslo"/);
  assert.match(results[0].result ?? '', /"Rome"/);
  const calls = results[0].steps?.[0].toolCalls ?? [];
  assert.equal(calls.length, 3);
  assert.match(calls[2].error ?? '', /city/);
});

test('a tool that takes too long is told to stop, and the model why it has no result', async (t) => {
  const server = await startModelServer(t, ({ body, index }, response) => {
    if (index > 0) return complete(response, said(body));
    const call = { id: '1', type: 'function', function: { name: 'dig', arguments: '{}' } };
    respond(response, 200, {
      choices: [{ message: { content: null, tool_calls: [call] }, finish_reason: 'tool_calls' }],
    });
  });
  /** @type {AbortSignal | undefined} */
  let seen;
  const dig = {
    name: 'dig',
    execute: (/** @type {object} */ _, /** @type {{ signal: AbortSignal }} */ { signal }) => {
      seen = signal;
      return new Promise(() => {});
    },
  };
  const { results } = await patterns.batch(['Dig.'], {
    baseURL: server.baseURL,
    tools: [dig],
    toolTimeoutMs: 20,
  });
  assert.equal(seen?.reason.name, 'TimeoutError', 'as `AbortSignal.timeout` names it');
  assert.match(results[0].result ?? '', /longer than 20 ms/);
});

test('an agent has defaults for its patterns, and a call none for another', async (t) => {
  const { options } = await model(t, () => JSON.stringify({ answer: 'Yes', reasoning: '' }));
  const agent = new patterns.ParallelAgent({ ...options, voters: 1, defaultStrategy: 'voting' });
  const { metadata } = await agent.run('Tell me');
  assert.deepEqual([metadata.strategy, metadata.totalTasks], ['voting', 1]);
  assert.equal((await agent.batch(['a'])).metadata.completedTasks, 1);
  await assert.rejects(patterns.batch(['a'], /** @type {any} */ ({ ...options, voters: 1 })), {
    code: 'INVALID_INPUT',
    message: /`voters` is an option of `voting`/,
  });
});

test('a prompt runs the pattern that it names, or whose shape it has', async (t) => {
  const { options } = await model(t, () => JSON.stringify({ answer: 'Yes', reasoning: '' }));
  const strategy = async (/** @type {string} */ prompt) =>
    (await patterns.run(prompt, { ...options, voters: 1 })).metadata.strategy;
  assert.equal(await strategy('/voting Is it?'), 'voting');
  assert.equal(await strategy('/mapreduce a: one | b: two'), 'mapReduce');
  assert.equal(await strategy('Write about AI ethics: Privacy, Bias, Transparency'), 'sectioning');
  assert.equal(await strategy('Is remote work better than office work?'), 'voting');
  await assert.rejects(patterns.run('/nonsense x', options), { code: 'INVALID_INPUT', message: /\/voting/ });
});

test('runs of one agent share its limits', async (t) => {
  const { options, open } = await model(t, async () => {
    await after(5);
    return 'x';
  });
  const agent = new patterns.ParallelAgent({ ...options, concurrency: 3 });
  const runs = Array.from({ length: 4 }, () => agent.batch(['a', 'b', 'c', 'd', 'e']));
  const results = await Promise.all(runs);
  assert.equal(open.most, 3);
  assert.ok(results.every(({ metadata }) => metadata.completedTasks === 5));
  await assert.rejects(agent.batch(['a'], /** @type {any} */ ({ concurrency: 9 })), /new ParallelAgent/);
});
