// @ts-check
/**
 * All that a caller passes in is called in the async context of the call that began the run, as
 * traces, logs and whatever else belongs to a request rely on: whoever else's answers, timers and
 * slots bring the run its turns.
 */

import assert from 'node:assert/strict';
import { AsyncLocalStorage } from 'node:async_hooks';
import { test } from 'node:test';
import { batch, ParallelAgent } from 'parallelization-agent';
import { after, complete as answer, respond, startModelServer } from './model-server.mjs';

/** @typedef {import('parallelization-agent').AgentOptions & Record<string, any>} Options */
/**
 * Notes in whose context a function of a user's was called.
 * @typedef {(door: string) => void} Note
 */
/** @typedef {(agent: ParallelAgent, user: string, note: Note) => PromiseLike<unknown>} Work */

const contexts = new AsyncLocalStorage();

/**
 * Twelve users, one shortly after the other, of one agent with two slots: they wait for each other
 * all the time.
 * @param {Options} options  of the agent
 * @param {Work} work
 * @returns {Promise<string[]>} the doors that were passed, all in the right context
 */
async function passed(options, work) {
  const agent = new ParallelAgent({ concurrency: 2, aggregate: false, ...options });
  /** @type {Map<string, { right: number, wrong: unknown[] }>} */
  const doors = new Map();
  const users = Array.from({ length: 12 }, async (_, index) => {
    await after(index * 2);
    const user = `user-${index}`;
    await contexts.run(user, () =>
      work(agent, user, (door) => {
        const { right, wrong } = doors.get(door) ?? { right: 0, wrong: [] };
        const found = contexts.getStore();
        doors.set(door, {
          right: right + Number(found === user),
          wrong: found === user ? wrong : [...wrong, found],
        });
      }),
    );
  });
  await Promise.all(users);
  for (const [door, { wrong }] of doors) assert.deepEqual([door, wrong], [door, []]);
  return [...doors.keys()].sort();
}

/**
 * The user whose request a function of the agent's own was called with.
 * @param {string} text
 */
const userIn = (text) => /user-\d+/.exec(text)?.[0] ?? 'nobody';

test('`fetch`, the global one too, is called in the context of its run', async (t) => {
  const server = await startModelServer(t, async ({ index, content }, response) => {
    await after(3 + Math.random() * 8);
    // Every third is to be tried again: the timers are shared, too.
    if (index % 3 === 0) respond(response, 503, {}, { 'retry-after-ms': '5' });
    else answer(response, content);
  });
  /** @type {string[]} */
  const wrong = [];
  const { fetch } = globalThis;
  const watched = (/** @type {any} */ url, /** @type {any} */ init) => {
    const user = userIn(init.body);
    if (contexts.getStore() !== user) wrong.push(`${user} was asked for as ${contexts.getStore()}`);
    return fetch(url, init);
  };
  const subtasks = (/** @type {string} */ user) =>
    ['a', 'b', 'c'].map((id) => ({ id, content: `${user} ${id}`, dependencies: id === 'c' ? ['a'] : [] }));
  const options = { baseURL: server.baseURL, maxRetries: 20 };
  t.after(() => {
    globalThis.fetch = fetch;
  });
  await passed({ ...options, fetch: watched }, (agent, user) => agent.parallelProcess('t', subtasks(user)));
  globalThis.fetch = /** @type {typeof fetch} */ (watched);
  await passed({ ...options, requestsPerMinute: 10_000 }, (agent, user) =>
    agent.parallelProcess('t', subtasks(user)),
  );
  assert.ok(server.requests.length > 72, 'some were tried again');
  assert.deepEqual(wrong, []);
});

test('`complete`, its streams, its signal and its hedges are in the context of their run', async () => {
  const doors = await passed({}, (agent, _user, note) => {
    let calls = 0;
    const whole = async (/** @type {any} */ _, /** @type {{ signal: AbortSignal }} */ { signal }) => {
      note('complete');
      signal.addEventListener('abort', () => note('signal'));
      calls += 1;
      if (calls === 1)
        throw Object.assign(new Error('fault'), { status: 500, headers: { 'retry-after-ms': 2 } });
      // The second is slow, and gets a twin.
      await after(calls === 2 ? 60 : 2);
      note('complete, later');
      return 'x';
    };
    async function* stream() {
      try {
        note('stream');
        yield 'a';
        await after(2);
        note('stream, later');
        yield 'b';
        await after(60);
        yield 'c';
      } finally {
        note('stream, left');
      }
    }
    const tasks = [
      { id: 'a', content: 'x', complete: whole },
      { id: 'b', content: 'x', complete: stream, dependencies: ['a'] },
    ];
    return agent.parallelProcess('t', tasks, {
      stream: true,
      hedge: { afterMs: 15 },
      onEvent: () => note('onEvent'),
    });
  });
  const all = ['complete', 'complete, later', 'onEvent', 'signal', 'stream', 'stream, later', 'stream, left'];
  assert.deepEqual(doors, all);
});

test('tools, stores and the checks of schemas are in the context of their run', async () => {
  const store = new Map();
  /** @type {string[]} */
  const wrong = [];
  const shared = (/** @type {string} */ user) => {
    if (contexts.getStore() !== user) wrong.push(`${user} was kept as ${contexts.getStore()}`);
  };
  const watched = {
    get: async (/** @type {string} */ key) => {
      await after(1);
      return store.get(key);
    },
    set: (/** @type {string} */ key, /** @type {string} */ value) => {
      if (userIn(value) !== 'nobody') shared(userIn(value));
      store.set(key, value);
    },
  };
  const doors = await passed({ store: watched }, (agent, user, note) => {
    const tool = {
      name: 'who',
      execute: async () => {
        note('tool');
        await after(2);
        note('tool, later');
        return user;
      },
    };
    const schema = {
      '~standard': {
        version: /** @type {const} */ (1),
        vendor: 'here',
        validate: async (/** @type {unknown} */ value) => {
          note('schema');
          await after(1);
          return { value };
        },
        jsonSchema: { input: () => ({ type: 'object' }) },
      },
    };
    const complete = async (/** @type {import('parallelization-agent').CompleteRequest} */ { messages }) => {
      await after(2);
      const call = { name: 'who', arguments: {} };
      return messages.at(-1)?.role === 'tool' ? `{"user":"${user}"}` : { toolCalls: [call, call] };
    };
    const tasks = [{ id: user, content: 'x', tools: [tool], schema, complete }];
    return agent.parallelProcess('t', tasks, { storeNamespace: 'contexts' });
  });
  assert.deepEqual(doors, ['schema', 'tool', 'tool, later']);
  assert.ok(store.size > 0);
  assert.deepEqual(wrong, []);
});

test("a batch's source and results, and a vote's choice, are in the context of their run", async () => {
  const complete = async () => {
    await after(Math.random() * 4);
    return 'yes';
  };
  const doors = await passed({ complete }, async (agent, _user, note) => {
    async function* inputs() {
      try {
        for (let index = 0; index < 8; index += 1) {
          note('source');
          await after(1);
          yield 'x';
        }
      } finally {
        note('source, at its end');
      }
    }
    const onResult = async () => {
      note('onResult');
      await after(1);
    };
    await agent.batch(inputs(), { window: 3, onResult });
    for await (const _ of agent.batch(inputs(), { window: 3 }).results()) note('results');
    const select = (/** @type {import('parallelization-agent').Vote[]} */ votes) => {
      note('select');
      return votes[0] ?? null;
    };
    await agent.voting('Yes?', { select });
  });
  assert.deepEqual(doors, ['onResult', 'results', 'select', 'source', 'source, at its end']);
});

test('what a run stops is told so in the context of that run, not of whoever stopped it', async () => {
  /** @type {Map<string, AbortController>} */
  const controllers = new Map();
  setTimeout(() => {
    for (const controller of controllers.values()) controller.abort();
  }, 60);
  const doors = await passed({ concurrency: 100 }, async (agent, user, note) => {
    const controller = new AbortController();
    controllers.set(user, controller);
    const complete = (/** @type {any} */ _, /** @type {{ signal: AbortSignal }} */ { signal }) =>
      new Promise((_, reject) =>
        signal.addEventListener('abort', () => {
          note('signal');
          reject(signal.reason);
        }),
      );
    const run = agent.batch(['x'], {
      signal: controller.signal,
      complete: /** @type {any} */ (complete),
      onEvent: () => note('onEvent'),
    });
    await assert.rejects(run, { name: 'AbortError' });
  });
  assert.deepEqual(doors, ['onEvent', 'signal']);
});

test('where nobody has a context, there is none within a run', async () => {
  /** @type {unknown[]} */
  const found = [];
  await batch(['x'], { complete: () => `${found.push(contexts.getStore())}` });
  assert.deepEqual(found, [undefined]);
});
