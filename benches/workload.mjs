// @ts-check
/**
 * Runs one workload: round by round, each contender once a round, so that a busy moment of the
 * machine meets them all.
 */

import { titles } from './contenders.mjs';
import { startContender, startServer } from './processes.mjs';
import { summary } from './statistics.mjs';

/** @typedef {import('./contenders.mjs').Contender} Contender */
/** @typedef {import('./statistics.mjs').Sample} Sample */

/**
 * @typedef {object} Entry  one row of the table
 * @property {Contender} contender
 * @property {string} title
 * @property {object} [options]  what it does otherwise than the others
 */

/**
 * @typedef {object} Workload
 * @property {string} name
 * @property {string} title
 * @property {(Contender | [Contender, string, object])[]} contenders
 *   each by its name, or as [name, title, options]; ratios are to the first
 * @property {Record<string, number>} size
 * @property {Record<string, number>} tiny  the same, for a look at whether it works
 * @property {Record<string, string>} columns  what is shown of a sample, and under which heading
 * @property {(sample: Sample, seen: import('./server.mjs').Seen) => Sample} [withSeen]
 *   adds what the server saw
 * @property {import('./server.mjs').Limit} [limit]
 * @property {number} [warmups]  rounds that are not counted
 * @property {number} [rounds]  where another number makes more sense than the one asked for
 * @property {boolean} [fresh]  each measurement in a new process
 * @property {boolean} [together]  all contenders at once: for workloads that wait rather than work
 */

/**
 * @typedef {object} Task
 * @property {string} baseURL
 * @property {any} size
 * @property {Contender} contender
 * @property {any} [options]
 * @property {() => Promise<any>} load
 */

/**
 * @typedef {object} Row
 * @property {string} title
 * @property {string} contender
 * @property {Sample[]} rounds
 * @property {Sample} medians
 * @property {Sample} [ratios]
 */

/**
 * @typedef {object} Result
 * @property {string} name
 * @property {string} title
 * @property {Record<string, string>} columns
 * @property {number} rounds
 * @property {Row[]} rows
 */

/**
 * @param {Workload} workload
 * @param {{ rounds: number, tiny?: boolean, only?: string[] }} settings  `only` names contenders
 * @returns {Promise<Result>}
 */
export async function run(workload, { rounds: asked, tiny = false, only }) {
  const rounds = tiny ? 1 : (workload.rounds ?? asked);
  const size = tiny ? workload.tiny : workload.size;
  const entries = workload.contenders
    .map(entryOf)
    .filter(({ contender }) => only?.includes(contender) ?? true);
  const stands = await Promise.all(entries.map((entry) => stand(workload, entry, size)));
  try {
    for (let round = 0; round < (tiny ? 0 : (workload.warmups ?? 0)); round += 1)
      await once(workload, stands);
    /** @type {Sample[][]} */
    const samples = [];
    for (let round = 0; round < rounds; round += 1) samples.push(await once(workload, stands, round));
    const rows = entries.map(({ contender, title }, index) => {
      const own = samples.map((round) => round[index]);
      return {
        title,
        contender,
        rounds: own,
        ...summary(own, index > 0 ? samples.map(([first]) => first) : undefined),
      };
    });
    return { name: workload.name, title: workload.title, columns: workload.columns, rounds, rows };
  } finally {
    for (const { stop } of stands) stop();
  }
}

/** @param {Workload['contenders'][number]} contender */
function entryOf(contender) {
  if (typeof contender === 'string') return { contender, title: titles[contender] };
  const [name, title, options] = contender;
  return { contender: name, title, options };
}

/**
 * A contender and its server.
 * @param {Workload} workload
 * @param {Entry} entry
 * @param {Record<string, number>} size
 */
async function stand(workload, entry, size) {
  const server = await startServer(workload);
  /** @type {ReturnType<typeof startContender> | undefined} */
  let process;
  return {
    async measure() {
      process ??= startContender(workload, entry);
      await server.reset();
      const sample = await process.measure({ baseURL: server.baseURL, size, options: entry.options });
      const seen = await server.reset();
      if (workload.fresh) {
        process.stop();
        process = undefined;
      }
      return workload.withSeen?.(sample, seen) ?? sample;
    },
    stop() {
      process?.stop();
      server.stop();
    },
  };
}

/**
 * Who comes first changes from round to round.
 * @param {Workload} workload
 * @param {Awaited<ReturnType<typeof stand>>[]} stands
 * @param {number} round
 */
async function once(workload, stands, round = 0) {
  if (workload.together) return Promise.all(stands.map((stand) => stand.measure()));
  const samples = Array(stands.length);
  for (const turn of stands.keys()) {
    const index = (turn + round) % stands.length;
    samples[index] = await stands[index].measure();
  }
  return samples;
}
