// @ts-check
/**
 * A Redis for the example alone, on a socket in a folder of its own; or the one that `REDIS_URL`
 * names.
 */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';

/** @typedef {string} Address  as ioredis takes it: a URL, or the path of a socket */

/** @returns {Promise<{ address: Address, stop(): Promise<void> }>} */
export async function startRedis() {
  const { REDIS_URL, REDIS_SERVER = 'redis-server' } = process.env;
  if (REDIS_URL) return { address: REDIS_URL, stop: async () => {} };
  const folder = await mkdtemp(join(tmpdir(), 'cluster-'));
  const address = join(folder, 'socket');
  const settings = ['--port', '0', '--unixsocket', address, '--dir', folder, '--save', ''];
  const server = spawn(REDIS_SERVER, settings, { stdio: 'ignore' });
  const failed = once(server, 'error').then(([error]) => {
    throw new Error('The example needs Redis: install redis-server, or name one with REDIS_URL.', {
      cause: error,
    });
  });
  await Promise.race([answers(address), failed]);
  return {
    address,
    async stop() {
      server.kill();
      await once(server, 'exit');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A client tries until there is somebody. @param {Address} address */
async function answers(address) {
  const client = connect(address);
  await client.ping();
  client.disconnect();
}

/** @param {Address} address */
export function connect(address) {
  // As BullMQ wants it: what is asked waits for as long as Redis is away.
  const client = new Redis(address, { maxRetriesPerRequest: null });
  client.on('error', () => {});
  return client;
}
