// @ts-check
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { z } from 'zod';
import { startSimulated } from './simulated.mjs';

/** @type {import('../model.mjs').Model} */
let model;
before(async () => {
  model = await startSimulated({ pace: 0 });
});
after(() => model.stop());

/**
 * @param {object} [body]
 * @param {Record<string, string>} [headers]
 */
function ask(body, headers) {
  const messages = [{ role: 'user', content: 'Name a color.' }];
  return fetch(`${model.baseURL}/chat/completions`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ model: model.model, messages, max_tokens: 12, ...body }),
  });
}

test('an answer says that it is simulated, and what it used', async () => {
  const { choices, usage } = await (await ask({ max_tokens: 100 })).json();
  assert.match(choices[0].message.content, /^\[simulated\]/);
  assert.equal(choices[0].finish_reason, 'stop');
  assert.equal(usage.total_tokens, usage.prompt_tokens + usage.completion_tokens);
});

test('a prompt that asks for JSON gets it, and the same again', async () => {
  const form =
    'Reply with JSON alone: {"reasoning": "in a sentence", "answer": "short", "confidence": a number from 0 to 1}';
  const messages = [{ role: 'user', content: `Is tea better than coffee?\n\n${form}` }];
  const ballots = [];
  for (let times = 0; times < 2; times += 1) {
    const { choices } = await (await ask({ messages, max_tokens: 100 })).json();
    ballots.push(JSON.parse(choices[0].message.content));
  }
  assert.ok(['tea', 'coffee'].includes(ballots[0].answer), ballots[0].answer);
  assert.ok(ballots[0].confidence >= 0 && ballots[0].confidence <= 1);
  assert.match(ballots[0].reasoning, /^\[simulated\]/);
  assert.deepEqual(ballots[1], ballots[0]);
});

test('an answer that a schema is asked of fits it', async () => {
  const Part = z.object({
    kind: z.enum(['leaf', 'branch']),
    get parts() {
      return z.array(Part).max(3);
    },
  });
  const schema = z.object({
    mood: z.enum(['good', 'bad']),
    stars: z.int().min(1).max(5),
    share: z.number().min(0).max(1),
    more: z.number().gt(3),
    sure: z.boolean(),
    name: z.string().min(20).max(30),
    mail: z.email(),
    at: z.iso.datetime(),
    id: z.uuid(),
    tags: z.array(z.string()).min(3),
    pair: z.tuple([z.string(), z.number()]),
    nothing: z.null(),
    note: z.nullable(z.string()),
    shape: z.union([
      z.object({ type: z.literal('circle'), radius: z.number() }),
      z.object({ type: z.literal('square'), side: z.number() }),
    ]),
    tree: Part,
    extra: z.optional(z.string()),
  });
  const response_format = { type: 'json_schema', json_schema: { schema: z.toJSONSchema(schema) } };
  for (let number = 0; number < 50; number += 1) {
    const messages = [{ role: 'user', content: `Review ${number}` }];
    const { choices } = await (await ask({ messages, response_format, max_tokens: 2000 })).json();
    schema.parse(JSON.parse(choices[0].message.content));
  }
});

test('an answer ends where the caller’s limit is, and says so', async () => {
  const { choices, usage } = await (await ask({ max_tokens: 5 })).json();
  assert.equal(usage.completion_tokens, 5);
  assert.equal(choices[0].finish_reason, 'length');
});

test('a stream has the same text, then the usage, then its end', async () => {
  const whole = await (await ask()).json();
  const text = await (await ask({ stream: true, stream_options: { include_usage: true } })).text();
  const data = [...text.matchAll(/^data: (.+)$/gm)].map(([, line]) => line ?? '');
  assert.equal(data.pop(), '[DONE]');
  const chunks = data.map((line) => JSON.parse(line));
  const streamed = chunks.map(({ choices }) => choices[0]?.delta.content ?? '').join('');
  assert.equal(streamed, whole.choices[0].message.content);
  assert.deepEqual(chunks.at(-1).usage, whole.usage);
});

test('it fails as asked', async () => {
  const limited = await ask({}, { 'x-faults': 'rate-limit' });
  assert.equal(limited.status, 429);
  assert.equal(limited.headers.get('retry-after-ms'), '400');
  assert.equal((await ask({}, { 'x-faults': 'server-error=1' })).status, 503);
  await assert.rejects(ask({}, { 'x-faults': 'reset' }));
  const cut = await ask({ stream: true }, { 'x-faults': 'cut' });
  assert.equal(cut.status, 200);
  await assert.rejects(cut.text());
  assert.equal((await ask({}, { 'x-faults': 'rate-limit=0' })).status, 200);
});

test('what is no chat request is refused', async () => {
  const response = await fetch(`${model.baseURL}/chat/completions`, { method: 'POST', body: 'no' });
  assert.equal(response.status, 400);
  assert.equal((await fetch(`${model.baseURL}/other`)).status, 404);
});
