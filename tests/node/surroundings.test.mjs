// @ts-check
/** Places that harden or replace what the language gives, each in a process of its own. */

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { startSimulated } from '../../scripts/model/simulated.mjs';

/** @type {import('../../scripts/model.mjs').Model} */
let model;
before(async () => {
  model = await startSimulated({ pace: 0 });
});
after(() => model.stop());

const places = {
  'SES after lockdown': "await import('ses'); lockdown();",
  'a global Promise of a library': 'globalThis.Promise = class extends Promise {};',
  'no TextDecoder, as in jsdom, over a Node that has loaded its `fetch`':
    'new Response(); delete globalThis.TextDecoder; delete globalThis.TextEncoder;',
};

for (const [name, preparation] of Object.entries(places)) {
  test(`${name}: it runs`, async () => {
    const program = `${preparation}
      const { batch } = await import('parallelization-agent');
      const inputs = Array.from({ length: 30 }, (_, index) => 'x'.repeat(300) + index);
      const { results } = await batch(inputs, { baseURL: ${JSON.stringify(model.baseURL)}, stream: true });
      console.log(results.filter(({ status }) => status === 'completed').length);`;
    const flags = ['--input-type=module', '--eval', program];
    // Who listens to these tests' runs has its own needs of the place.
    const env = { ...process.env, NODE_OPTIONS: '' };
    const { stdout, stderr } = await promisify(execFile)(process.execPath, flags, { env });
    assert.equal(stdout, '30\n');
    assert.equal(stderr, '');
  });
}
