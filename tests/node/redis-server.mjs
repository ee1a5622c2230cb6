// @ts-check
/** A Redis of its own for a test, on a socket in a folder of its own. */

import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findRedis } from '../../scripts/setup/redis.mjs';
import { after } from './model-server.mjs';

const program = findRedis();

/** Why the tests are skipped that need it; never on a server that checks changes. */
export const skip =
  program === null && !process.env.CI
    ? 'there is no redis-server here: install it, or say where it is with REDIS_SERVER'
    : false;

/**
 * @param {import('node:test').TestContext} t
 * @param {string[]} settings
 */
export async function startRedis(t, ...settings) {
  const folder = await mkdtemp(join(tmpdir(), 'redis-'));
  const path = join(folder, 'socket');
  const args = ['--port', '0', '--unixsocket', path, '--dir', folder, '--save', '', '--loglevel', 'warning'];
  const start = async () => {
    const server = spawn(program ?? 'redis-server', [...args, ...settings], { stdio: 'ignore' });
    for (let tries = 0; tries < 500; tries += 1) {
      if ((await command('PING').catch(() => '')) === 'PONG') return server;
      await after(10);
    }
    throw new Error('redis-server did not answer within 5 s');
  };
  const command = async (/** @type {string[]} */ ...words) => {
    const { stdout } = await promisify(execFile)('redis-cli', ['-s', path, ...words]);
    return stdout.trim();
  };
  let server = await start();
  const kill = async () => {
    const ended = once(server, 'exit');
    server.kill('SIGKILL');
    await ended;
    await rm(path, { force: true });
  };
  t.after(async () => {
    if (server.exitCode === null && server.signalCode === null) await kill();
    await rm(folder, { recursive: true, force: true });
  });
  return {
    path,
    command,
    kill,
    async restart() {
      server = await start();
    },
  };
}
