// @ts-check
/** A PostgreSQL of its own for a file of tests, on a socket in a folder of its own. */

import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { findPostgres } from '../../scripts/setup/postgres.mjs';
import { after } from './model-server.mjs';

const folder = findPostgres();

/** Why the tests are skipped that need it; never on a server that checks changes. */
export const skip =
  folder === null && !process.env.CI
    ? 'there is no PostgreSQL here: install it, or say where its initdb is with POSTGRES_BIN'
    : false;

/** It refuses to run as root: it runs as nobody then. */
const nobody = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};

/**
 * @returns {Promise<{ host: string, stop(): Promise<void> }>} the host is a folder with a socket
 */
export async function startPostgres() {
  const home = await mkdtemp(join(tmpdir(), 'postgres-'));
  if (nobody.uid) await chown(home, nobody.uid, nobody.gid);
  const data = join(home, 'data');
  const programs = folder ?? '';
  await promisify(execFile)(
    join(programs, 'initdb'),
    ['--pgdata', data, '--username', 'test', '--auth', 'trust', '--no-sync', '--encoding', 'UTF8'],
    { ...nobody, cwd: home },
  );
  const settings = ['-F', '-k', home, '-c', 'listen_addresses=', '-c', 'max_connections=200'];
  const server = spawn(join(programs, 'postgres'), ['-D', data, ...settings], {
    ...nobody,
    cwd: home,
    stdio: 'ignore',
  });
  const stop = async () => {
    const ended = once(server, 'exit');
    server.kill('SIGKILL');
    await ended;
    await rm(home, { recursive: true, force: true });
  };
  for (let tries = 0; tries < 500; tries += 1) {
    const client = new pg.Client({ host: home, user: 'test', database: 'postgres' });
    // A connection that ends later is none of a test's errors.
    client.on('error', () => {});
    const isThere = await client.connect().then(
      () => true,
      () => false,
    );
    await client.end().catch(() => {});
    if (isThere) return { host: home, stop };
    await after(20);
  }
  await stop();
  throw new Error('PostgreSQL did not answer within 10 s');
}
