// @ts-check
/** `npx parallelization-agent`: picks the command, and says how it ended. */

import { existsSync, readFileSync } from 'node:fs';
import { CliError, exitOf, exits, issuesOf } from './failure.js';
import { nearest, parseFlags } from './flags.js';
import { help } from './help.js';

/**
 * Gives the exit code.
 * @typedef {(rest: string[], flags: import('./flags.js').Flags) => Promise<number>} Command
 */

/** Only the command that is asked for is loaded. @type {Record<string, () => Promise<Command>>} */
const commands = {
  run: async () => (await import('./commands/run.js')).run,
  prompt: async () => (await import('./commands/prompt.js')).prompt,
  graph: async () => (await import('./commands/graph.js')).graph,
  report: async () => (await import('./commands/report.js')).report,
  estimate: async () => (await import('./commands/estimate.js')).estimate,
};

/**
 * @param {string[]} args
 * @returns {Promise<number>} the exit code
 */
async function main([command, ...args]) {
  if (command === '--version' || command === '-v') return print(`${version()}\n`);
  if (command === undefined || command === '--help' || command === '-h' || command === 'help')
    return print(help(args[0]));
  const load = Object.hasOwn(commands, command) ? commands[command] : undefined;
  if (!load)
    throw new CliError(`There is no command \`${command}\`.${meant(command)} \`--help\` lists them.`);
  const { flags, rest } = parseFlags(command, args);
  if (flags.help) return print(help(command));
  const perform = await load();
  return perform(rest, flags);
}

/** @param {string} command  that there is not */
function meant(command) {
  // Rows are what most files are.
  if (existsSync(command)) return ` It is a file: did you mean \`run ${command}\`?`;
  if (command.startsWith('-')) return ` The command comes first: \`run FILE ${command}\`.`;
  const near = nearest(command, Object.keys(commands));
  return near ? ` Did you mean \`${near}\`?` : '';
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
  if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EPIPE') process.exit(exits.done);
  process.stderr.write(`The standard output cannot be written: ${error.message}.\n`);
  process.exit(exits.someFailed);
});
process.stderr.on('error', () => {});

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const { message, cause, issues, ...fields } = /** @type {any} */ (error);
  const told = error instanceof CliError || fields.code ? message : /** @type {Error} */ (error).stack;
  process.stderr.write(`${issues ? issuesOf({ issues }) : told}\n`);
  process.exitCode = error instanceof CliError ? error.exit : exitOf(cause?.code ? cause : { ...fields });
}
// The standard input may be left open by whoever holds its other end.
process.stdin.unref?.();
