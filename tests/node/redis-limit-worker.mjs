// @ts-check
/**
 * A process of its own that shares a limit. It says when it is ready, asks when it is told to, and
 * tells how it ended.
 */

const { path, baseURL, calls, clockMs = 0, model = 'm', maxTokens, ...options } = JSON.parse(process.argv[2]);
const { now } = Date;
Date.now = () => now() + clockMs;

const { Redis } = await import('ioredis');
const { ParallelAgent } = await import('parallelization-agent');
const { redisLimiter } = await import('parallelization-agent/redis');

const client = new Redis(path);
client.on('error', () => {});
const server = { baseURL, apiKey: 'k' };
const limiter = redisLimiter(client, options);
// Connections are open before it is measured, and the core is loaded.
await new ParallelAgent({ ...server, model: 'warm-up' }).batch(
  Array.from({ length: 10 }, (_, i) => `warm ${i}`),
);
process.send?.('ready');
await new Promise((resolve) => process.once('message', resolve));
const agent = new ParallelAgent({ ...server, model, limiter, maxTokens, concurrency: 100 });
/** @type {unknown[]} */
const notes = [];
const { metadata } = await agent.batch(
  Array.from({ length: calls }, (_, index) => `call ${index}`),
  {
    onEvent(event) {
      if (event.type === 'CUSTOM' && event.name === 'limiter') notes.push(event.value);
    },
  },
);
process.send?.({ completed: metadata.completedTasks, attempts: metadata.attempts, notes });
client.disconnect();
process.disconnect?.();
