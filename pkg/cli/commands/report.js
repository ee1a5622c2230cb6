// @ts-check
/** `report`: a page of a run that was kept by `--trace`, or exported by the demo page. */

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { CliError } from '../failure.js';
import { checkDistinct } from '../output.js';
import { titleOf } from '../recording.js';
import { page } from '../report/page.js';
import { ReportRecord } from '../report/record.js';

/**
 * @param {string[]} rest
 * @param {import('../flags.js').Flags} flags
 * @returns {Promise<number>}
 */
export async function report([file, ...more], flags) {
  if (file === undefined || more.length > 0)
    throw new CliError('Expected one file: a run that `--trace` wrote, or that the demo page exported.');
  checkDistinct(flags, file);
  const { pattern, events, result, names = {} } = read(file);
  const record = new ReportRecord();
  for (const event of events) record.apply(event);
  record.settle(result);
  record.rename(names);
  const path = String(flags.output ?? `${file.replace(/\.json$/i, '')}.html`);
  try {
    writeFileSync(path, page(record, titleOf(pattern ?? record.strategy)), { mode: 0o600 });
  } catch (error) {
    throw new CliError(`${path} cannot be written: ${/** @type {Error} */ (error).message}.`);
  }
  process.stderr.write(`${path} is written: open it in a browser.\n`);
  return 0;
}

/**
 * @param {string} file
 * @returns {{
 *   pattern?: string,
 *   events: any[],
 *   result: any,
 *   names?: Record<string, string | number>,
 * }}
 */
function read(file) {
  if (!existsSync(file)) throw new CliError(`There is no file \`${file}\`.`);
  let run;
  try {
    run = JSON.parse(readFileSync(file, 'utf8').replace(/^\ufeff/, ''));
  } catch (error) {
    throw new CliError(
      `${file}: this is no whole run (${/** @type {Error} */ (error).message}). A run that was killed leaves none.`,
    );
  }
  if (!Array.isArray(run?.events))
    throw new CliError(
      `${file}: expected a run as \`--trace\` writes it: \`{ pattern, args, result, events }\`.`,
    );
  return run;
}
