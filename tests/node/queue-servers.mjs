// @ts-check
/** The servers of a test of queues: the two that a queue works on, and a model that echoes. */

import { after as afterAll, before } from 'node:test';
import { ParallelAgent } from 'parallelization-agent';
import { complete, respond, startModelServer } from './model-server.mjs';
import * as postgres from './postgres-server.mjs';
import * as redis from './redis-server.mjs';

/** @typedef {import('node:test').TestContext} Test */

/** A model server that echoes, and says no to what is bad. @param {Test} t */
export const echoing = (t, answer = async () => {}) =>
  startModelServer(t, async ({ content }, response) => {
    await answer();
    if (content.includes('bad')) respond(response, 400, { error: { message: 'no' } });
    else complete(response, `re: ${content}`);
  });

/** @param {{ baseURL: string }} server */
export const agentOf = ({ baseURL }, options = {}) =>
  new ParallelAgent({ baseURL, apiKey: 'k', model: 'm', ...options });

/** @type {{ host: string, stop(): Promise<void> } | undefined} */
let database;
before(async () => {
  if (!postgres.skip) database = await postgres.startPostgres();
});
afterAll(() => database?.stop());

let queues = 0;
/** @typedef {import('./queues.mjs').Where} Where */

/**
 * Each test has a queue of its own.
 * @type {Record<string, { skip: string | false, start(t: Test): Promise<Where> }>}
 */
export const servers = {
  Redis: {
    skip: redis.skip,
    start: async (t) => ({ name: 'llm', redis: (await redis.startRedis(t)).path }),
  },
  PostgreSQL: {
    skip: postgres.skip,
    async start() {
      queues += 1;
      return { name: `llm-${queues}`, postgres: database?.host ?? '' };
    },
  },
};
