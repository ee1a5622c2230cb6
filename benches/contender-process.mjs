// @ts-check
/** The process of one contender in one workload: measures when it is told to. */

import { pathToFileURL } from 'node:url';
import { fileOf } from './contenders.mjs';

const [workloadName, contender] = process.argv.slice(2);
const { measure } = await import(`./workloads/${workloadName}.mjs`);
const url = pathToFileURL(fileOf(/** @type {import('./contenders.mjs').Contender} */ (contender))).href;

process.on('message', async (world) => {
  try {
    const load = () => import(url);
    process.send?.({ sample: await measure({ .../** @type {object} */ (world), contender, load }) });
  } catch (error) {
    process.send?.({ error: error instanceof Error ? error.stack : String(error) });
  }
});
process.on('disconnect', () => process.exit());
