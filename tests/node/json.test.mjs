// @ts-check
/** JSON that comes from a model or goes to a server is what JavaScript's own JSON makes of it. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { batch, parallelProcess } from 'parallelization-agent';
import { complete, startModelServer } from './model-server.mjs';

/** A number near the edges of floats, or a long one. */
function someNumber() {
  const digits = Math.random()
    .toString()
    .slice(2, 3 + Math.random() * 16);
  return `${1 + Math.floor(Math.random() * 9)}${digits}.${digits}e${Math.floor(Math.random() * 50 - 25)}`;
}

test('data is what JSON.parse reads in the text', async () => {
  const numbers = Array.from({ length: 500 }, someNumber);
  const texts = [
    '{"whole":1.0,"exponent":1e2,"zero":0.0,"tenth":0.1,"third":0.30000000000000004}',
    '{"large":12345678901234567890,"larger":9007199254740993,"least":-9223372036854775808,"huge":1e21,"tiny":5e-324}',
    '{"__proto__":{"polluted":true},"constructor":1,"toString":null,"":2,"0":3}',
    '{"text":"\\u0000\\b\\f\\n\\"\\\\\\/\\u2028é😀","escaped":"\\ud83d\\ude00"}',
    `{"deep":${'[{"a":'.repeat(40)}[]${'}]'.repeat(40)}}`,
    '{"none":[],"nothing":{},"null":null,"twice":1,"twice":2}',
    `{"numbers":[${numbers}]}`,
  ];
  /** @type {import('parallelization-agent').CompleteFunction} */
  const complete = ({ messages }) =>
    texts[Number(/item (\d)/.exec(String(messages.at(-1)?.content))?.[1])] ?? '';
  const items = texts.map((_, index) => `item ${index}`);
  const { results } = await batch(items, { complete, schema: { type: 'object' } });
  for (const [index, { data, error }] of results.entries()) {
    const expected = JSON.parse(texts[index] ?? '');
    assert.deepEqual(data, expected, error?.message);
    assert.equal(JSON.stringify(data), JSON.stringify(expected));
    assert.equal(Object.getPrototypeOf(data), Object.prototype);
  }
});

test('half a surrogate pair is a character that nobody has', async () => {
  const text = '{"half":"\\ud800!","\\udc00":["\\ud83d\\u0041"]}';
  const { results } = await batch(['x'], { complete: () => text, schema: { type: 'object' } });
  assert.deepEqual(
    results[0]?.data,
    JSON.parse(JSON.stringify(JSON.parse(text)).replace(/\\ud[89a-f]../g, '\ufffd')),
  );
});

test('a body has numbers and texts as JSON.stringify writes them', async (t) => {
  let sent = '';
  const server = await startModelServer(
    t,
    (_, response) => complete(response, 'x'),
    (request) => {
      request.on('data', (piece) => {
        sent += piece;
      });
      return false;
    },
  );
  const given = {
    list: [
      5,
      0.5,
      -0,
      1e21,
      1e-7,
      2 ** 53,
      2 ** 53 + 2,
      -(2 ** 60),
      123456789.12345679,
      5e-324,
      Number.MAX_VALUE,
    ],
    text: '\u0000\b\f\n\r\t"\\/\u007f\u2028é😀',
    '': { b: 1, a: [null, true, {}] },
    10: 'ten',
  };
  const options = {
    baseURL: server.baseURL,
    model: 'm',
    extraBody: { given },
    temperature: 1,
    aggregate: false,
  };
  await parallelProcess('t', [{ id: 'a', content: 'x' }], options);
  assert.ok(sent.includes(`"given":${JSON.stringify(given)}`), sent);
  assert.ok(sent.includes('"temperature":1,'), sent);
});
