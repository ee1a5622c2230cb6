// @ts-check
/**
 * Schemas of the real libraries, in every version that people have: the model is told the fields,
 * the answer is checked by the library, and one call does. Where a library gives no JSON Schema,
 * the call is refused before anything is paid for.
 */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toJsonSchema, toStandardJsonSchema } from '@valibot/to-json-schema';
import { type } from 'arktype';
import { batch, parallelProcess, tool } from 'parallelization-agent';
import * as v from 'valibot';
import { z } from 'zod';
import * as mini from 'zod/mini';
import { z as z3 } from 'zod3';
import { z as z40 } from 'zod40';
import { z as z41 } from 'zod41';
import { complete, startModelServer } from './model-server.mjs';

const moths = { type: 'object', properties: { moths: { type: 'number' } }, required: ['moths'] };

/** What the library says by itself, or with its own means. @type {Record<string, any>} */
const told = {
  'Zod of today': { schema: z.object({ moths: z.number() }) },
  "Zod's JSON Schema": { schema: z.toJSONSchema(z.object({ moths: z.number() })) },
  'Zod 4.1 with its JSON Schema': {
    schema: z41.object({ moths: z41.number() }),
    jsonSchema: z41.toJSONSchema(z41.object({ moths: z41.number() })),
  },
  'Zod 4.0 with its JSON Schema': {
    schema: z40.object({ moths: z40.number() }),
    jsonSchema: z40.toJSONSchema(z40.object({ moths: z40.number() })),
  },
  'Zod 3 with a JSON Schema': { schema: z3.object({ moths: z3.number() }), jsonSchema: moths },
  'Zod Mini with its JSON Schema': {
    schema: mini.object({ moths: mini.number() }),
    jsonSchema: z.toJSONSchema(mini.object({ moths: mini.number() })),
  },
  'Valibot by its converter': { schema: toStandardJsonSchema(v.object({ moths: v.number() })) },
  'Valibot with its JSON Schema': {
    schema: v.object({ moths: v.number() }),
    jsonSchema: toJsonSchema(v.object({ moths: v.number() })),
  },
  ArkType: { schema: type({ moths: 'number' }) },
  'plain JSON Schema': { schema: moths },
};

for (const [name, options] of Object.entries(told)) {
  test(`${name}: the model is told the fields, and one call does`, async (t) => {
    const server = await startModelServer(t, (_, response) => complete(response, '{"moths": 3}'));
    const { results } = await batch(['count'], { baseURL: server.baseURL, ...options });
    assert.deepEqual(results[0].data, { moths: 3 });
    assert.equal(server.requests.length, 1);
    const { schema } = server.requests[0].body.response_format.json_schema;
    assert.deepEqual(schema.properties, { moths: { type: 'number' } });
    assert.equal('~standard' in schema, false);
  });

  test(`${name}: an answer that does not fit is asked for once more`, async (t) => {
    const answers = ['{"moths": "many"}', '{"moths": 3}'];
    const server = await startModelServer(t, ({ index }, response) => complete(response, answers[index]));
    const { results } = await batch(['count'], { baseURL: server.baseURL, ...options });
    assert.deepEqual(results[0].data, { moths: 3 });
    assert.match(server.requests[1].content, /moths/);
  });
}

/** @type {[string, any, RegExp][]} */
const untold = [
  ['Zod 3', z3.object({ a: z3.string() }), /zod-to-json-schema/],
  ['Zod 4.0', z40.object({ a: z40.string() }), /z\.toJSONSchema/],
  ['Zod 4.1', z41.object({ a: z41.string() }), /z\.toJSONSchema/],
  ['Zod Mini', mini.object({ a: mini.string() }), /z\.toJSONSchema/],
  ['Valibot', v.object({ a: v.string() }), /@valibot\/to-json-schema/],
];

for (const [name, schema, remedy] of untold) {
  test(`${name} alone cannot say what it asks for: refused with the remedy, before any call`, async (t) => {
    const server = await startModelServer(t, (_, response) => complete(response, '{"a": "b"}'));
    const tools = [{ name: 'f', parameters: schema, execute: () => 1 }];
    for (const options of [{ schema }, { tools }]) {
      await assert.rejects(
        batch(['a'], { baseURL: server.baseURL, ...options }),
        (/** @type {any} */ error) => {
          assert.equal(error.code, 'INVALID_INPUT');
          assert.match(error.issues[0].path, /^options\.(schema|tools\[0\]\.parameters)$/);
          assert.match(error.issues[0].message, remedy);
          return true;
        },
      );
    }
    assert.equal(server.requests.length, 0);
  });
}

test('a part that no JSON Schema can say is told as anything, and the library checks it', async (t) => {
  const server = await startModelServer(t, (_, response) =>
    complete(response, '{"when": "2026-01-01T00:00:00.000Z"}'),
  );
  const schema = z.object({ when: z.coerce.date() });
  const { results } = await batch(['when?'], { baseURL: server.baseURL, schema });
  assert.deepEqual(results[0].data, { when: '2026-01-01T00:00:00.000Z' });
  assert.equal(server.requests.length, 1);
  const { properties } = server.requests[0].body.response_format.json_schema.schema;
  assert.deepEqual(Object.keys(properties), ['when']);
});

test('a schema that refers to itself is told, and takes nobody else down', async (t) => {
  const node = z.object({
    name: z.string(),
    get children() {
      return z.array(node);
    },
  });
  const answer = { name: 'root', children: [{ name: 'leaf', children: [] }] };
  const server = await startModelServer(t, (_, response) => complete(response, JSON.stringify(answer)));
  const { results } = await batch(['tree'], { baseURL: server.baseURL, schema: node });
  assert.deepEqual(results[0].data, answer);
});

/**
 * What each library makes of `{ city: string, on: date }`; the date comes as text, and is given to
 * the tool as a `Date`.
 */
const parameters = {
  'Zod of today': z.object({ city: z.string(), on: z.coerce.date() }),
  'Valibot by its converter': toStandardJsonSchema(
    v.object({
      city: v.string(),
      on: v.pipe(
        v.string(),
        v.transform((text) => new Date(text)),
      ),
    }),
  ),
  ArkType: type({ city: 'string', on: 'string.date.iso.parse' }),
};

for (const [name, schema] of Object.entries(parameters)) {
  test(`${name}: a tool's arguments are told, checked and converted`, async (t) => {
    const asked = ['{"city": 7}', '{"city": "Bern", "on": "2026-01-01T00:00:00.000Z"}'];
    const server = await startModelServer(t, ({ index }, response) => {
      const call = {
        id: `c${index}`,
        type: 'function',
        function: { name: 'weather', arguments: asked[index] },
      };
      const message = index < 2 ? { content: null, tool_calls: [call] } : { content: 'done' };
      complete(response, '', { choices: [{ message, finish_reason: index < 2 ? 'tool_calls' : 'stop' }] });
    });
    /** @type {{ city: string, on: Date }[]} */
    const seen = [];
    const weather = tool({
      name: 'weather',
      parameters: /** @type {import('parallelization-agent').StandardSchema<{ city: string, on: Date }>} */ (
        schema
      ),
      execute: (args) => {
        seen.push(args);
        return args.on.getTime();
      },
    });
    const { results } = await parallelProcess('t', [{ id: 'a', content: 'x', tools: [weather] }], {
      baseURL: server.baseURL,
      aggregate: false,
    });
    assert.equal(results[0].result, 'done');
    assert.deepEqual(seen, [{ city: 'Bern', on: new Date('2026-01-01T00:00:00.000Z') }]);
    const [request, second] = server.requests;
    assert.deepEqual(Object.keys(request.body.tools[0].function.parameters.properties), ['city', 'on']);
    assert.match(second.body.messages.at(-1).content, /^Error: The arguments do not fit: .*city/);
  });
}

test('the compiler knows the arguments of a tool by its schema', () => {
  const weather = tool({
    name: 'weather',
    parameters: z.object({ city: z.string(), days: z.number() }),
    execute: ({ city, days }) => city.toUpperCase().repeat(days),
  });
  assert.equal(weather.execute({ city: 'a', days: 2 }, { signal: new AbortController().signal }), 'AA');
  // @ts-expect-error There is no such argument.
  tool({ name: 'f', parameters: z.object({ city: z.string() }), execute: ({ town }) => town });
});

test('a text that is too long for the engine of its pattern fails its task, and no other', async () => {
  const schema = {
    type: 'object',
    properties: { moths: { type: 'string', pattern: '^(?:a|b)*$' } },
    required: ['moths'],
  };
  const { pattern } = schema.properties.moths;
  const moths = 'a'.repeat(20_000_000);
  assert.throws(() => new RegExp(pattern).test(moths), RangeError);
  const subtasks = [
    { id: 'long', content: 'x', schema },
    { id: 'other', content: 'x' },
  ];
  const { results } = await parallelProcess('t', subtasks, {
    complete: async () => JSON.stringify({ moths }),
    aggregate: false,
    onError: 'partial',
  });
  const [long, other] = results;
  assert.equal(long.error?.code, 'SCHEMA_MISMATCH');
  assert.equal(other.status, 'completed');
});
