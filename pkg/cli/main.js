// @ts-check
/** `npx parallelization-agent`: picks the command, and says how it ended. */

import { readFileSync } from 'node:fs';
import { estimate } from './commands/estimate.js';
import { graph } from './commands/graph.js';
import { prompt } from './commands/prompt.js';
import { run } from './commands/run.js';
import { CliError, exitOf } from './failure.js';
import { nearest, parseFlags } from './flags.js';
import { help } from './help.js';

/** @type {Record<string, (rest: string[], flags: import('./flags.js').Flags) => Promise<number>>} */
const commands = { run, prompt, graph, estimate };

/**
 * @param {string[]} args
 * @returns {Promise<number>} the exit code
 */
async function main([command, ...args]) {
  if (command === '--version' || command === '-v') return print(`${version()}\n`);
  if (command === undefined || command === '--help' || command === '-h' || command === 'help')
    return print(help(args[0]));
  const perform = Object.hasOwn(commands, command) ? commands[command] : undefined;
  if (!perform) {
    const near = nearest(command, Object.keys(commands));
    throw new CliError(
      `There is no command \`${command}\`.${near ? ` Did you mean \`${near}\`?` : ''} \`--help\` lists them.`,
    );
  }
  const { flags, rest } = parseFlags(command, args);
  return flags.help ? print(help(command)) : perform(rest, flags);
}

/** @param {string} text */
function print(text) {
  process.stdout.write(text);
  return 0;
}

function version() {
  return JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version;
}

// Whoever reads has enough: `| head -1`.
process.stdout.on('error', (error) => {
  if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EPIPE') process.exit(0);
  throw error;
});
process.stderr.on('error', () => {});

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const { message, cause, ...fields } = /** @type {any} */ (error);
  process.stderr.write(
    `${error instanceof CliError || fields.code ? message : /** @type {Error} */ (error).stack}\n`,
  );
  process.exitCode = error instanceof CliError ? error.exit : exitOf(cause?.code ? cause : { ...fields });
}
// The standard input may be left open by whoever holds its other end.
process.stdin.unref?.();
