// @ts-check
/**
 * A hundred calls under a limit of ours, to a server with a narrower one: none goes out too early,
 * those that are refused wait as long as they are told, and all come through.
 */

import { pathToFileURL } from 'node:url';
import { batch } from 'parallelization-agent';

export const about = 'A hundred calls, through a limit a minute and a server that refuses the hasty';

const calls = 100;
/** What stands for a provider's minute, so that nobody has to wait for one. */
const windowMs = 500;
const callsInWindow = 30;

/** @param {import('parallelization-agent').AgentOptions} [options] */
export function run({ fetch: send = fetch, ...options } = {}) {
  const allowed = windowed();
  const questions = Array.from({ length: calls }, (_, index) => `Is ${index + 1} even or odd? One word.`);
  return batch(questions, {
    window: calls,
    ...options,
    maxTokens: 8,
    requestsPerMinute: 500,
    fetch: async (url, init) => {
      const waitMs = allowed();
      if (waitMs === 0) return send(url, init);
      const headers = { 'retry-after-ms': String(waitMs) };
      return Response.json({ error: { message: 'Too many requests.' } }, { status: 429, headers });
    },
  });
}

/** @returns {() => number} takes a place and gives 0, or the milliseconds until there are places */
function windowed() {
  let began = 0;
  let taken = 0;
  return () => {
    const now = performance.now();
    if (now >= began + windowMs) [began, taken] = [now, 0];
    if (taken === callsInWindow) return Math.ceil(began + windowMs - now);
    taken += 1;
    return 0;
  };
}

/** @param {import('parallelization-agent').RunResult} result */
export function print({ metadata: { completedTasks, totalTasks, attempts, retries, processingTimeMs } }) {
  console.log(`${completedTasks} of ${totalTasks} calls came through in ${Math.round(processingTimeMs)} ms`);
  console.log(`${attempts} requests, of which ${retries} repeated one that was refused`);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) print(await run());
