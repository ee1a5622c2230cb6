// @ts-check
/** All formats, streamed and whole, against a third party's mock of the providers. */

import { describe, test } from 'node:test';
import * as api from 'parallelization-agent';
import { check } from '../aimock/expectations.mjs';
import { key, startMock } from '../aimock/mock.mjs';
import { providers, runAll } from '../aimock/runs.mjs';

// They mostly wait for one another try or the other: so all at once.
describe('against a mock of the providers', { concurrency: true, timeout: 60_000 }, () => {
  for (const provider of providers) {
    for (const stream of [false, true]) {
      test(`${provider}, ${stream ? 'streamed' : 'whole'}`, async (t) => {
        const mock = await startMock();
        t.after(() => mock.stop());
        const outcome = await runAll(api, { url: mock.url, key, provider, stream });
        check(outcome, mock.getRequests(), { provider, stream });
      });
    }
  }
});
