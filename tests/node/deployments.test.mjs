// @ts-check
/**
 * Several deployments as one model, by a clock that goes on while the package looks: the one of the
 * simulator stands still.
 */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { batch } from 'parallelization-agent';

const deployments = ['one', 'two', 'three'].map((name) => ({
  baseURL: `https://${name}.test/v1`,
  apiKey: `key-of-${name}`,
}));

const answer = { choices: [{ message: { content: 'x' }, finish_reason: 'stop' }] };

/**
 * Asks twelve times at once; gives how many requests each host was sent.
 * @param {() => Response} ofOne
 */
async function sent(ofOne) {
  /** @type {Record<string, number>} */
  const asked = {};
  const { metadata } = await batch(
    Array.from({ length: 12 }, () => 'What is a moth?'),
    {
      model: deployments,
      concurrency: 12,
      fetch: async (input) => {
        const { host } = new URL(String(input));
        asked[host] = (asked[host] ?? 0) + 1;
        await new Promise((resolve) => setTimeout(resolve, 50));
        return host === 'one.test' ? ofOne() : Response.json(answer);
      },
    },
  );
  assert.equal(metadata.completedTasks, 12);
  return asked;
}

test('calls that begin at once are spread over all of them', async () => {
  assert.deepEqual(await sent(() => Response.json(answer)), {
    'one.test': 4,
    'two.test': 4,
    'three.test': 4,
  });
});

test('one whose key is wrong gives its calls to the others, also where it says so under 400', async () => {
  const error = { message: 'API key not valid. Please pass a valid API key.', status: 'INVALID_ARGUMENT' };
  const asked = await sent(() => Response.json({ error }, { status: 400 }));
  assert.equal(asked['two.test'] + asked['three.test'], 12);
});
