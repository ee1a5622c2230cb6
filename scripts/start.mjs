#!/usr/bin/env node
// @ts-check
/**
 * `npm start`: sets up, builds, finds a model, analyses a research paper with it, and serves the
 * demo page. Imports nothing that set-up has yet to install.
 */

import { parseArgs } from 'node:util';
import { build } from './build.mjs';
import { findModel } from './model.mjs';

const usage = `npm start -- [options]
  --once         end after the example, with an exit code that says whether all of it completed
  --no-page      do not serve the demo page
  --port NUMBER  the page's port (8787, or the next one that is free)
  --simulated    simulated answers in place of a model's`;

/** @returns {Promise<number>} the exit code */
async function start() {
  const options = readOptions();
  if (!options) return 2;
  const { once, page, port, simulated } = options;

  await build();
  const model = await findModel({ simulated });
  try {
    console.log(`Model: ${model.name}`);
    const { runExample } = await import('./start/example.mjs');
    const completed = await runExample(model);
    if (once || !page) return completed ? 0 : 1;
    const { servePage } = await import('./start/page.mjs');
    const server = await servePage(model, port);
    if (!server) return 1;
    console.log(`\nThe demo page is at ${server.address} (Ctrl+C ends it)`);
    await interrupted();
    await server.stop();
    return 0;
  } finally {
    await model.stop();
  }
}

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        help: { type: 'boolean', short: 'h' },
        once: { type: 'boolean', default: false },
        'no-page': { type: 'boolean', default: false },
        port: { type: 'string', default: '8787' },
        simulated: { type: 'boolean', default: false },
      },
    });
    const port = Number(values.port);
    if (!(Number.isInteger(port) && port > 0 && port < 65536)) {
      throw new Error(`Expected \`--port\` to be a number from 1 to 65535, got \`${values.port}\``);
    }
    if (!values.help)
      return { once: values.once, page: !values['no-page'], port, simulated: values.simulated };
    console.log(usage);
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${usage}`);
  }
  return null;
}

function interrupted() {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, resolve);
  });
}

try {
  process.exitCode = await start();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
