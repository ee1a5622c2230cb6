// @ts-check
/** `run --dry-run`: what the command would take and would write, without a call or a file. */

import { existsSync } from 'node:fs';
import { storeOf } from '../answers.js';
import { CliError } from '../failure.js';
import { estimate } from './estimate.js';

/**
 * @param {string} file
 * @param {import('../flags.js').Flags} flags
 */
export async function dryRun(file, flags) {
  if (flags.strategy !== undefined)
    throw new CliError('`--dry-run` estimates one call for each row: leave out `--strategy`.');
  const exit = await estimate([file], flags);
  const { output } = flags;
  const outcome =
    typeof output === 'string' ? outcomeOf(output, flags.fresh === true) : 'the standard output';
  process.stdout.write(`output         ${outcome}\nNobody was asked, and no file was written.\n`);
  return exit;
}

/**
 * What would happen to the output, and to the answers from before.
 * @param {string} path
 * @param {boolean} fresh
 */
function outcomeOf(path, fresh) {
  const output = existsSync(path) ? `${path} would be written anew` : `${path} would be made`;
  if (!existsSync(storeOf(path))) return output;
  const answers = fresh ? 'would be deleted' : 'would be used for the same questions';
  return `${output}; the answers in ${storeOf(path)} ${answers}`;
}
