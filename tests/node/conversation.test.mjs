// @ts-check
/** What is sent of a conversation, and of the caller's own fields beside it. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parallelProcess } from 'parallelization-agent';
import { complete, respond, startModelServer } from './model-server.mjs';

const plain = { aggregate: false, maxRetries: 0, instructions: 'Be brief.' };

test('earlier turns stand between the instructions and the question, and their tools count for nothing', async (t) => {
  const server = await startModelServer(t, ({ index }, response) =>
    index === 0
      ? respond(response, 200, {
          choices: [
            {
              message: {
                role: 'assistant',
                content: null,
                tool_calls: [{ id: 'c', type: 'function', function: { name: 'look', arguments: '{}' } }],
              },
              finish_reason: 'tool_calls',
            },
          ],
        })
      : complete(response, 'Three.'),
  );
  const picture = { type: 'image', data: 'iVBORw0=', mimeType: 'image/png' };
  const { results, summary } = await parallelProcess('Look', [{ id: 'a', content: 'And now?' }], {
    baseURL: server.baseURL,
    model: 'm',
    instructions: 'Be brief.',
    maxSteps: 2,
    toolChoice: 'required',
    tools: [{ name: 'look', execute: () => ({ content: [{ type: 'text', text: 'a moth' }, picture] }) }],
    history: [
      { role: 'user', content: 'What is there?' },
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: 'b', function: { name: 'look', arguments: '{}' } }],
      },
      { role: 'tool', tool_call_id: 'b', content: 'a fly' },
      { role: 'assistant', content: 'A fly.' },
    ],
  });
  assert.equal(results[0].result, 'Three.');
  const [first, second, sum] = server.requests.map(({ body }) => body);
  const roles = ['system', 'user', 'assistant', 'tool', 'assistant', 'user'];
  assert.deepEqual(
    first.messages.map((/** @type {any} */ { role }) => role),
    roles,
  );
  assert.equal(first.messages.at(-1).content, 'And now?');
  assert.equal(first.tool_choice, 'required');
  assert.equal(second.tool_choice, 'auto');
  assert.deepEqual(second.messages.slice(-2), [
    { role: 'tool', content: 'a moth', tool_call_id: 'c' },
    {
      role: 'user',
      content: [
        { type: 'text', text: 'This is what the tools gave:' },
        { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0=' } },
      ],
    },
  ]);
  assert.equal(summary, 'Three.');
  assert.equal(sum.messages.length, 2, 'the summary is another conversation');
});

test('extraBody has the last word, and null takes a field out', async (t) => {
  const server = await startModelServer(t, (_, response) => complete(response, 'yes'));
  await parallelProcess('Look', [{ id: 'a', content: 'x' }], {
    ...plain,
    baseURL: server.baseURL,
    model: 'm',
    temperature: 0.5,
    topP: 0.5,
    maxTokens: 300,
    reasoning: 'low',
    extraBody: {
      temperature: null,
      top_p: 0.1,
      max_completion_tokens: 5,
      reasoning: { effort: 'high' },
      gone: null,
    },
  });
  const { messages, ...body } = server.requests[0]?.body ?? {};
  assert.deepEqual(body, { model: 'm', top_p: 0.1, max_completion_tokens: 5, reasoning: { effort: 'high' } });
});
