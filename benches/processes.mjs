// @ts-check
/**
 * Each contender works in a process of its own, and so does the server that it asks: nothing of one
 * is in another's way.
 */

import { fork } from 'node:child_process';
import { join } from 'node:path';

const here = (/** @type {string} */ name) => join(import.meta.dirname, name);

/** @param {import('./workload.mjs').Workload} workload */
export async function startServer(workload) {
  const child = fork(here('server.mjs'));
  const { baseURL } = await next(child);
  return {
    baseURL,
    /**
     * What it saw since the last time.
     * @returns {Promise<import('./server.mjs').Seen>}
     */
    async reset() {
      child.send({ limit: workload.limit });
      return (await next(child)).seen;
    },
    stop: () => child.disconnect(),
  };
}

/**
 * @param {import('./workload.mjs').Workload} workload
 * @param {import('./workload.mjs').Entry} entry
 */
export function startContender(workload, entry) {
  const child = fork(here('contender-process.mjs'), [workload.name, entry.contender], {
    execArgv: ['--expose-gc', '--no-warnings'],
  });
  return {
    /**
     * @param {object} world
     * @returns {Promise<import('./statistics.mjs').Sample>}
     */
    async measure(world) {
      child.send(world);
      const { sample, error } = await next(child);
      if (error) throw new Error(`${workload.name}, ${entry.title}: ${error}`);
      return sample;
    },
    stop: () => child.kill(),
  };
}

/**
 * @param {import('node:child_process').ChildProcess} child
 * @returns {Promise<any>}
 */
function next(child) {
  return new Promise((resolve, reject) => {
    const onExit = (/** @type {number} */ code) => reject(new Error(`A process ended with code ${code}`));
    child.once('exit', onExit);
    child.once('message', (message) => {
      child.off('exit', onExit);
      resolve(message);
    });
  });
}
