// @ts-check
/**
 * What stands in for the global `fetch` (a mock, a tracer) may give anything: none of it traps the
 * core.
 */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parallelProcess } from 'parallelization-agent';

const whole = JSON.stringify({
  model: 'm',
  choices: [{ message: { content: 'well' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 1, completion_tokens: 1 },
});

class Renamed extends Response {}

/** A body of which somebody else has begun to read. */
function taken() {
  const response = new Response(whole);
  response.body?.getReader();
  return response;
}

async function readByATracer() {
  const response = new Response(whole);
  await response.text();
  return response;
}

/** @type {Record<string, { give: () => any, code: string | undefined }>} */
const standIns = {
  'a Response': { give: () => new Response(whole), code: undefined },
  'a Response of a class of its own': { give: () => new Renamed(whole), code: undefined },
  'an object with a status and a text': { give: () => ({ status: 200, text: () => whole }), code: undefined },
  'a Response without a body': { give: () => new Response(null, { status: 200 }), code: 'TRUNCATED' },
  'a Response that only looks like one': {
    give: () => Object.create(Response.prototype),
    code: 'BAD_RESPONSE',
  },
  'a Response that somebody else reads': { give: taken, code: 'BAD_RESPONSE' },
  'a Response that was read': { give: readByATracer, code: 'BAD_RESPONSE' },
  'the error of a network': { give: () => Response.error(), code: 'API_ERROR' },
  nothing: { give: () => undefined, code: 'BAD_RESPONSE' },
};

for (const [name, { give, code }] of Object.entries(standIns)) {
  test(`the global fetch gives ${name}: ${code ?? 'it is an answer'}`, async (t) => {
    const original = globalThis.fetch;
    t.after(() => {
      globalThis.fetch = original;
    });
    globalThis.fetch = async () => give();
    const options = {
      baseURL: 'http://model.test/v1',
      maxRetries: 0,
      aggregate: /** @type {const} */ (false),
    };
    const run = parallelProcess('t', [{ id: 'a', content: 'x' }], options);
    const { results } = await run.catch((error) => error);
    assert.equal(results[0].error?.code, code, results[0].error?.message);
    if (!code) assert.equal(results[0].result, 'well');
  });
}
