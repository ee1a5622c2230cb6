// @ts-check
/** All formats, streamed and whole, against a third party's mock of the providers. */

import { after, before, test } from 'node:test';
import * as api from 'parallelization-agent';
import { check } from '../aimock/expectations.mjs';
import { key, startMock } from '../aimock/mock.mjs';
import { providers, runAll } from '../aimock/runs.mjs';

/** @type {Awaited<ReturnType<typeof startMock>>} */
let mock;
before(async () => {
  mock = await startMock();
});
after(() => mock.stop());

for (const provider of providers) {
  for (const stream of [false, true]) {
    test(`${provider}, ${stream ? 'streamed' : 'whole'}`, { timeout: 60_000 }, async () => {
      mock.clearRequests();
      const outcome = await runAll(api, { url: mock.url, key, provider, stream });
      check(outcome, mock.getRequests(), { provider, stream });
    });
  }
}
