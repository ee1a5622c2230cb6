#!/usr/bin/env node
// @ts-check
/**
 * What it costs to be watched: processor time of a call whose model answers at once, so that there
 * is nothing else to pay for. `node benches/watched.mjs [rounds]`. Each measurement is a process of
 * its own, and the rounds are interleaved.
 */

import { fork } from 'node:child_process';
import diagnostics from 'node:diagnostics_channel';
import { median } from './statistics.mjs';

const calls = 5000;

/** @type {Record<string, () => object | Promise<object>>} */
const ways = {
  /** As where there are no channels. */
  'without channels': () => {
    const { getBuiltinModule } = process;
    process.getBuiltinModule = /** @type {any} */ (
      (/** @type {string} */ name) =>
        name === 'node:diagnostics_channel' ? {} : getBuiltinModule.call(process, name)
    );
    return {};
  },
  'nobody watches': () => ({}),
  'a subscriber of all channels': () => {
    const nothing = () => {};
    const subscriber = {
      start: nothing,
      end: nothing,
      asyncStart: nothing,
      asyncEnd: nothing,
      error: nothing,
    };
    for (const kind of ['run', 'task', 'call', 'attempt', 'tool'])
      diagnostics.tracingChannel(`parallelization-agent:${kind}`).subscribe(subscriber);
    return {};
  },
  'otel()': async () => {
    const { NodeTracerProvider } = await import('@opentelemetry/sdk-trace-node');
    const { otel } = await import('parallelization-agent/otel');
    new NodeTracerProvider().register();
    return { telemetry: otel() };
  },
};

/**
 * @param {string} way
 * @returns {Promise<number>} microseconds of a call, in a process of its own
 */
function measured(way) {
  const child = fork(import.meta.filename, ['--one', way]);
  return new Promise((resolve, reject) => {
    child.on('message', (taken) => resolve(Number(taken)));
    child.on('exit', (code) => code && reject(new Error(`${way}: exit code ${code}`)));
  });
}

/** @param {string} way */
async function measure(way) {
  const options = { concurrency: 64, complete: () => 'fine', ...(await ways[way]?.()) };
  const { batch } = await import('parallelization-agent');
  const prompts = Array.from({ length: calls }, (_, index) => `Question ${index}`);
  await batch(prompts, options);
  const before = process.cpuUsage();
  await batch(prompts, options);
  const { user, system } = process.cpuUsage(before);
  process.send?.((user + system) / calls);
  process.disconnect();
}

if (process.argv[2] === '--one') await measure(String(process.argv[3]));
else {
  const rounds = Number(process.argv[2] ?? 9);
  const taken = new Map(Object.keys(ways).map((way) => [way, /** @type {number[]} */ ([])]));
  for (let round = 0; round < rounds; round += 1)
    for (const [way, list] of taken) list.push(await measured(way));
  for (const [way, list] of taken)
    console.log(way.padEnd(30), median(list).toFixed(1), 'µs a call, least', Math.min(...list).toFixed(1));
}
